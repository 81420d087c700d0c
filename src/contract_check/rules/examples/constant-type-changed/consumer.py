from provider import DEFAULTS


def first():
    value = DEFAULTS["a"]
    return value
