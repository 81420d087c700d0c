from pydantic import BaseModel, Field


class Event(BaseModel):
    name: str
    size: int = Field(ge=0)
    low: int = 0
