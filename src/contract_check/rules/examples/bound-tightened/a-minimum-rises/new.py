from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    Field,
    FiniteFloat,
    PositiveInt,
    WithJsonSchema,
    conint,
    constr,
)


def _distinct(items: list[str]) -> list[str]:
    if len(set(items)) < len(items):
        raise ValueError("an item twice")
    return items


class Event(BaseModel):
    size: int = Field(ge=5)
    name: str = Field(min_length=1, max_length=20)
    code: str = Field(default="AB", pattern="^[A-Z]+$")
    state: Literal["on", "off", "idle"] = "on"
    step: int = 10
    ratio: float = 0.5
    at: datetime = datetime(2024, 1, 1)
    tags: list[str] = []
    price: Decimal = Field(Decimal("1"), decimal_places=4)
    day: date = date(2024, 1, 1)
