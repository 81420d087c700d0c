from provider import Event


class Own(Event):
    pass


def grow(event: Event):
    event.size = event.size + 1
