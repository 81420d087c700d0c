from enum import Enum


class Level(Enum):
    low = 1
    high = 2


CODES = ("A",)
