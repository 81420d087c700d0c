from dataclasses import dataclass


def move(origin, target, count=1):
    return origin, target, count


@dataclass
class Point:
    x: int
    y: int = 0
    z: int = 0
