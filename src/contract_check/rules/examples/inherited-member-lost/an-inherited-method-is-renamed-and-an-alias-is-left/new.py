from pydantic import BaseModel


class Event(BaseModel):
    size: int
    capacity: int = 10

    def ratio(self) -> float:
        return self.size / self.capacity

    load = ratio
