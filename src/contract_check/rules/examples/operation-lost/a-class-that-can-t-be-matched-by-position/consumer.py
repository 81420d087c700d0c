from provider import Point


def x_of(point):
    match point:
        case Point(x):
            return x
