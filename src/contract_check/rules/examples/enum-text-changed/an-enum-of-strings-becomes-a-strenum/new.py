from enum import StrEnum


class Level(StrEnum):
    low = "low"
    high = "high"
