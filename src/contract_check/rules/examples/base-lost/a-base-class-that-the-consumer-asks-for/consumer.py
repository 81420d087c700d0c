from provider import Base, Event


def known(item):
    return isinstance(item, Base)


def make():
    return Event()
