from pydantic import BaseModel, computed_field


class Event(BaseModel):
    name: str
    size: int
    low: int = 0
    model_config = {"extra": "forbid"}

    @computed_field
    @property
    def total(self) -> int:
        return self.size + self.low
