from provider import Point


def make():
    return Point(1, y=2)
