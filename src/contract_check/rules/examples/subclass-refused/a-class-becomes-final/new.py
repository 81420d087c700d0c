from typing import final

from pydantic import BaseModel


@final
class Event(BaseModel):
    size: int
    capacity: int = 10

    def load(self) -> float:
        return self.size / self.capacity
