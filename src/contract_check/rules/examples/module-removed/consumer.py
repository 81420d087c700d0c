from provider.events import Event


class Special(Event):
    note: str = ""
