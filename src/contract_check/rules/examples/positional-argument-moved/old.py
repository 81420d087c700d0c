from dataclasses import dataclass


def move(source, target, count=1):
    return source, target, count


@dataclass
class Point:
    x: int
    y: int = 0
    z: int = 0
