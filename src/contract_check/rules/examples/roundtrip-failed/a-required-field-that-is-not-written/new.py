from pydantic import BaseModel, Field


class Event(BaseModel):
    name: str = Field(exclude=True)
    size: int = 0
