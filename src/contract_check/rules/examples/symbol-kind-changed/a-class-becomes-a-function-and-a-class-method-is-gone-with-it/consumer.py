from provider import Event


def make():
    return Event.load()
