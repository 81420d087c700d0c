from provider import CODES


def codes():
    return [code for code in CODES]
