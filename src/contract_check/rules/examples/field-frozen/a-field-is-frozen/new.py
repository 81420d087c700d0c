from pydantic import BaseModel, Field


class Event(BaseModel):
    name: str
    size: int = Field(default=0, frozen=True)
