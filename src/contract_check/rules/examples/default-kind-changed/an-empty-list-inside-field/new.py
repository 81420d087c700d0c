import time

from pydantic import BaseModel, Field


class Event(BaseModel):
    name: str
    size: int = 0
    tags: list[str] = Field(default=[])
