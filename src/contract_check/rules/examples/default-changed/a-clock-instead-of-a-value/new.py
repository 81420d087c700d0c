import time

from pydantic import BaseModel, Field


class Event(BaseModel):
    name: str
    size: int = Field(default_factory=time.monotonic_ns)
    tags: list[str] = []
