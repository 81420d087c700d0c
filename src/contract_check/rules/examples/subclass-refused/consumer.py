from provider import Event


class Special(Event):
    note: str = ""
