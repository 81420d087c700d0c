from typing import Any, Literal, Optional, Union

from pydantic import BaseModel, Field


class Event(BaseModel):
    name: str
    size: int
    note: str | None = None
    value: int | str = Field(default=0, union_mode="left_to_right")
