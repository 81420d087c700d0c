from pydantic import BaseModel, field_validator, model_validator


class Event(BaseModel):
    name: str
    size: int
    low: int = 0

    @field_validator("name")
    @classmethod
    def plain(cls, value):
        if value == "BRK.B":
            raise ValueError("no dots")
        return value
