from dataclasses import dataclass


def move(source, target, count=1, force=False):
    return source, target, count


@dataclass
class Point:
    x: int
    y: int = 0
    z: int = 0
