from enum import Enum


class Level(str, Enum):
    low = "low"
    high = "high"

    @classmethod
    def _missing_(cls, value):
        return cls.__members__.get(str(value).lower())
