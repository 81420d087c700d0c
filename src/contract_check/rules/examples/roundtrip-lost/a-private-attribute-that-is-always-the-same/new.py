from pydantic import BaseModel, PrivateAttr


class Event(BaseModel):
    name: str
    size: int
    low: int = 0
    _note: str = PrivateAttr(default="")
