from provider import LEVEL


def use():
    return LEVEL.upper()
