from pydantic import BaseModel


class Event(BaseModel):
    size: int
    name: str
    note: str = ""
