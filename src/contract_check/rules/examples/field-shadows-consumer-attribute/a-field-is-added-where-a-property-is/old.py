from pydantic import BaseModel


class Event(BaseModel):
    size: int
    capacity: int = 10
