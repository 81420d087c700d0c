from provider import STREAM, TIMEOUT


def name():
    return STREAM
