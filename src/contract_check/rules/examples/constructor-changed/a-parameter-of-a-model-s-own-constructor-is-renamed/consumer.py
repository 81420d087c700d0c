from provider import Event


def make():
    return Event(size=1)
