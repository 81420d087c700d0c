from pydantic import BaseModel


class Event(BaseModel):
    name: str
    size: int

    @property
    def note(self) -> str:
        return "derived"
