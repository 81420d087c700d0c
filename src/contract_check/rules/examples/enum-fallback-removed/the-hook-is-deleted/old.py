from enum import Enum

from pydantic import BaseModel


class Level(str, Enum):
    low = "low"
    high = "high"

    @classmethod
    def _missing_(cls, value):
        return cls.low


class Alarm(BaseModel):
    level: Level
