from provider import Envelope


def wrap(value):
    return Envelope[int](payload=value)
