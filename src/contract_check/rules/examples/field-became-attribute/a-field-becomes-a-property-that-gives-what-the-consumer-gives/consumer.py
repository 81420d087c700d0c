from provider import Event


class Own(Event):
    pass


def make():
    return Own(name="a", size=1, note="b").note
