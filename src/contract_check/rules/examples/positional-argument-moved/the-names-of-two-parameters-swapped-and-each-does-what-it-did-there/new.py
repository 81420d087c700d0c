from dataclasses import dataclass


def move(target, source, count=1):
    return target, source, count


@dataclass
class Point:
    x: int
    y: int = 0
    z: int = 0
