from pydantic import BaseModel


class Event(BaseModel):
    name: str
    size: int
    note: str = ""

    @property
    def text(self) -> str:
        return self.note
