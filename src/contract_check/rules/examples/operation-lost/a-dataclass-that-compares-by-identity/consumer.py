from provider import Point


def is_origin(a: Point):
    return a == Point(0, 0)
