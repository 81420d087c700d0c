from provider import Event


class Own(Event):
    own: int = 0


def make():
    return Own(name="a", size=1)
