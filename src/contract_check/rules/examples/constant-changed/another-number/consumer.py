from provider import TIMEOUT


def wait():
    return TIMEOUT + 1
