from provider import DEFAULTS, NAMES, TIMEOUT, Bus


def ask():
    value = DEFAULTS["a"]
    return "a" in NAMES, 10 > TIMEOUT, Bus.depth >= 1, value
