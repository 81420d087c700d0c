from pydantic import BaseModel


class Event(BaseModel):
    size: int
    capacity: int = 10

    def _load(self) -> float:
        return 0.0
