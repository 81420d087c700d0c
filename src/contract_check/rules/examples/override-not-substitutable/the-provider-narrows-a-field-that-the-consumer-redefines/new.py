from typing import Literal

from pydantic import BaseModel


class Event(BaseModel):
    level: Literal["low", "high"]
