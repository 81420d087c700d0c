from provider import Database


def open_(name):
    database = Database(name)
    if not database:
        raise ValueError(name)
    return database
