from enum import Enum

from pydantic import BaseModel


class Level(str, Enum):
    low = "low"
    high = "high"

    def _rank(self):
        return 1


class Alarm(BaseModel):
    level: Level
