from provider import Event


def make():
    return Event(name="BRK.B", size=1)
