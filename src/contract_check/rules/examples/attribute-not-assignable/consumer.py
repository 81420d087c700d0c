from provider import Point


def move(point: Point):
    point.x = 1
