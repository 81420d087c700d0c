from provider import CODES


def codes(name):
    return name in CODES
