from pydantic import BaseModel


class Event(BaseModel):
    name: str
    size: int
    note: str = ""
    model_config = {"extra": "forbid"}
