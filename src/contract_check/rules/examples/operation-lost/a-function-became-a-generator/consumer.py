from provider import items


def count():
    return len(items())
