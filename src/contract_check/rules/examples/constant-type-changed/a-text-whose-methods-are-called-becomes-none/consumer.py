from provider import STREAM


def name():
    return STREAM.upper()
