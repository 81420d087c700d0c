from pydantic import BaseModel


class Event(BaseModel):
    level: str = "low"
