from provider import Event


class Special(Event):
    level: str = "none"
