from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Point:
    x: int = 0
    y: int = 0
