from provider import Point


def names(a: Point):
    return {a: "a"}
