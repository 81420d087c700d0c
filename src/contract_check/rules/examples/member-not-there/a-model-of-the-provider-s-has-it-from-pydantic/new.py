from pydantic import BaseModel


class Event(BaseModel):
    name: str
    size: int = 0
