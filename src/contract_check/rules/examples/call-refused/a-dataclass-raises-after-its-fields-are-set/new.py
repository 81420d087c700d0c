from dataclasses import dataclass


@dataclass
class Point:
    x: int = 0
    y: int = 0

    def __post_init__(self):
        raise TypeError("use Place")
