from enum import Enum

from pydantic import BaseModel


class Level(str, Enum):
    high = "high"
    low = "low"


class Alarm(BaseModel):
    level: Level
