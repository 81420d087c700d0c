from pydantic import BaseModel, field_validator, model_validator


class Event(BaseModel):
    name: str
    size: int
    low: int = 0
