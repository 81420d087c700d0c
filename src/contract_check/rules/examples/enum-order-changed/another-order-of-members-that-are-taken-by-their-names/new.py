from enum import Enum


class Level(str, Enum):
    high = "high"
    low = "low"
