from provider import Point


def first(a: Point, b: Point):
    return a if a < b else b
