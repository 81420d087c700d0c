from dataclasses import dataclass


def move(source, target, count=1):
    return source, target, count


@dataclass
class Point:
    x: int
    z: int = 0
    y: int = 0
