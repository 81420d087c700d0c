from provider import Event


class Special(Event):
    load = 0.5
