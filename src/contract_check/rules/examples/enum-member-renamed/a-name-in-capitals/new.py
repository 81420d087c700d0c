from enum import Enum


class Level(str, Enum):
    LOW = "low"
    high = "high"
