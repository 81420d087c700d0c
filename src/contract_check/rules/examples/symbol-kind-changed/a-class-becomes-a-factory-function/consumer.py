from provider import Event


def known(item):
    return isinstance(item, Event)
