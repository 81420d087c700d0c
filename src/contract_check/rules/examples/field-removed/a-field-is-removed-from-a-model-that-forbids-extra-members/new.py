from pydantic import BaseModel


class Event(BaseModel):
    name: str
    size: int
    model_config = {"extra": "forbid"}
