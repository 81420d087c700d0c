from provider import point


def first():
    x, y = point(1, 2)
    return x
