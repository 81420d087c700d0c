from provider import boxes


def count():
    return len(boxes())
