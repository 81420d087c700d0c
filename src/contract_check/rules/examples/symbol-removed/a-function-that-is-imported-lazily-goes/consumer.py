from provider import Event


class Special(Event):
    note: str = ""


def later():
    from provider import connect

    connect()
