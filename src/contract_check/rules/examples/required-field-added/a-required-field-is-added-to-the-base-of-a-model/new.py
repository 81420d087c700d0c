from pydantic import BaseModel


class Event(BaseModel):
    name: str
    size: int
    note: str = ""
    source: str
