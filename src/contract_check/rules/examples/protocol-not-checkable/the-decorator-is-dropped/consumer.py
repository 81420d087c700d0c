from provider import Sink


def is_sink(item):
    return isinstance(item, Sink)
