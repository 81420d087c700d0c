from provider import Point


def move(point: Point):
    point.color = 1
