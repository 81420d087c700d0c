from provider import Envelope, Event


class Own(Event):
    own: int = 0


def make():
    return Own(name="a", size=1)


def pack():
    return Envelope(event=make())
