import time

from pydantic import BaseModel, Field


class Event(BaseModel):
    name: str
    size: int = 5 - 5
    tags: list[str] = []
