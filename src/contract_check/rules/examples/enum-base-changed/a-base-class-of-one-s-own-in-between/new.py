from enum import Enum


class Text(str, Enum):
    pass


class Level(Text):
    low = "low"
    high = "high"
