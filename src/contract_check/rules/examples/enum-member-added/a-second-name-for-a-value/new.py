from enum import Enum

from pydantic import BaseModel


class Level(str, Enum):
    low = "low"
    high = "high"
    top = "high"


class Alarm(BaseModel):
    level: Level
