import time

from pydantic import BaseModel, Field


class Event(BaseModel):
    name: str
    size: float = 1.0
    tags: list[str] = []
