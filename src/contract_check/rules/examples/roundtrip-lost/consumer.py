from provider import Event


def make():
    return Event(name="a", size=1)
