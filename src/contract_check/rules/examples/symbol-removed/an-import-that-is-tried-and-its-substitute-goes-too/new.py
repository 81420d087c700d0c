from pydantic import BaseModel


class Event(BaseModel):
    size: int
