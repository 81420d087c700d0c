from enum import Enum

from pydantic import BaseModel


class Level(str, Enum):
    low = "LOW"
    high = "high"


class Alarm(BaseModel):
    level: Level
