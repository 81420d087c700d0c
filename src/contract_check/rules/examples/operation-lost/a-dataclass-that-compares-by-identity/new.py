from dataclasses import dataclass


@dataclass(eq=False)
class Point:
    x: int = 0
    y: int = 0
