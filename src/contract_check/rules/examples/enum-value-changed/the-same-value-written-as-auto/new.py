from enum import Enum, auto


class Level(Enum):
    low = auto()
    high = "high"
