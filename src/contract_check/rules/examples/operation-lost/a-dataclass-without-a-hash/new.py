from dataclasses import dataclass


@dataclass(order=True)
class Point:
    x: int = 0
    y: int = 0
