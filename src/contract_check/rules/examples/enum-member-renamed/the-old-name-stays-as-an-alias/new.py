from enum import Enum


class Level(str, Enum):
    LOW = "low"
    low = "low"
    high = "high"
