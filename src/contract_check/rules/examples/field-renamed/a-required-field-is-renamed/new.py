from pydantic import BaseModel


class Event(BaseModel):
    name: str
    length: int
    note: str = ""
