from enum import Enum

from pydantic import BaseModel


class Level(str, Enum):
    low = "high"
    high = "low"


class Alarm(BaseModel):
    level: Level
