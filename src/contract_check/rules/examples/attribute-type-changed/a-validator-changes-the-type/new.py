from pydantic import BaseModel, field_validator, model_validator


class Event(BaseModel):
    name: object
    size: int
    low: int = 0

    @field_validator("name")
    @classmethod
    def words(cls, value):
        return str(value).split()
