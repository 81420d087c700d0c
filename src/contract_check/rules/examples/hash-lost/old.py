from enum import Enum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints


class Level(Enum):
    low = "low"
    high = "high"


class Event(BaseModel):
    model_config = ConfigDict(frozen=True)
    name: str
    size: int
    level: Level = Level.low
