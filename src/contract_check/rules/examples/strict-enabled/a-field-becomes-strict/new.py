from enum import Enum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, StrictInt, StringConstraints


class Level(Enum):
    low = "low"
    high = "high"


class Event(BaseModel):
    model_config = ConfigDict()
    name: str
    size: StrictInt
    level: Level = Level.low
