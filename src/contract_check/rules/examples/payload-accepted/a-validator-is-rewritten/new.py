from pydantic import BaseModel, field_validator, model_validator


class Event(BaseModel):
    name: str
    size: int
    low: int = 0

    @field_validator("size")
    @classmethod
    def positive(cls, value):
        if not value >= 0:
            raise ValueError("below zero")
        return value
