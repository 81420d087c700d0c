from enum import Enum

from pydantic import BaseModel


class Level(str, Enum):
    low = "low"
    high = "high"
    critical = "critical"


class Alarm(BaseModel):
    level: Level
