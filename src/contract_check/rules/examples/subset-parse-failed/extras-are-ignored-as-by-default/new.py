from pydantic import BaseModel


class Event(BaseModel, extra="ignore"):
    name: str
    size: int = 0
