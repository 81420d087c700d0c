from provider import Event


class Special(Event):
    load: int | None = None
