from pydantic import BaseModel


class Event(BaseModel):
    name: object
    size: int
    low: int = 0
