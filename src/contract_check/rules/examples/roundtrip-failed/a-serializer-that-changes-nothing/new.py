from pydantic import BaseModel, field_serializer


class Event(BaseModel):
    name: str
    size: int = 0

    @field_serializer("name")
    def _name(self, value):
        return value
