from pydantic import BaseModel


class Event(BaseModel, extra="forbid"):
    name: str
    size: int = 0
