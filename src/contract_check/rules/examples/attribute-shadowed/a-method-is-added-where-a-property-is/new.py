from pydantic import BaseModel


class Event(BaseModel):
    size: int
    capacity: int = 10

    def load(self) -> float:
        return 0.0
