from enum import Enum


class Level(str, Enum):
    low = "low"
    high = "high"

    def __repr__(self):
        return self.name
