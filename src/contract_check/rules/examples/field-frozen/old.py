from pydantic import BaseModel, Field


class Event(BaseModel):
    name: str
    size: int = 0
