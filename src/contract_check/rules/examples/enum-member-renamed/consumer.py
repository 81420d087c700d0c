from provider import Level


def first():
    return Level.low
