from enum import Enum


class Level(Enum):
    low = "low"
    high = "high"
