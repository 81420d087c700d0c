from enum import Enum


class Level(str, Enum):
    low = "low"
    high = "high"
