from typing import Any, Literal, Optional, Union

from pydantic import BaseModel, Field


class Event(BaseModel):
    name: str
    size: int
    note: str | None = None
    value: str | int = Field(default=0, union_mode="left_to_right")
