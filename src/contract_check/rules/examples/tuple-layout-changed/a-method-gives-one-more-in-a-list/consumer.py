from provider import Table


def take(table: Table):
    return [name for number, name in table.rows()]
