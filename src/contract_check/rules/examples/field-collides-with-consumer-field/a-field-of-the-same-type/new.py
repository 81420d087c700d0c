from pydantic import BaseModel


class Event(BaseModel):
    size: int
    capacity: int = 10
    load: int | None = None
