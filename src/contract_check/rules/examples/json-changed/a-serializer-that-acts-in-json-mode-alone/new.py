from pydantic import BaseModel, field_serializer


class Event(BaseModel):
    name: str
    size: int
    low: int = 0

    @field_serializer("size", when_used="json")
    def shown(self, value):
        return str(value)
