from provider import Point


def move(point: Point):
    print(point.x)
