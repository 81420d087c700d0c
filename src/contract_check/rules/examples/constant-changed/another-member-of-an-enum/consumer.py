from provider import CODES


def codes():
    return CODES
