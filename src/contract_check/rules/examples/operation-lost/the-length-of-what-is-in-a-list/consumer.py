from provider import boxes


def count():
    return sum(len(box) for box in boxes())
