from pydantic import BaseModel


class Event(BaseModel, extra="allow"):
    name: str
    size: int = 0
