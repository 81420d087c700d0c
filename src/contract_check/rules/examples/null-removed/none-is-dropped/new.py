from typing import Any, Literal, Optional, Union

from pydantic import BaseModel, Field


class Event(BaseModel):
    name: str
    size: int
    note: str = ""
