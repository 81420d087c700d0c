from typing import Annotated, Literal

from pydantic import BaseModel, Field


class A(BaseModel):
    kind: Literal["a"] = "a"
    x: int
    note: int = Field(default=1, ge=0)


class B(BaseModel):
    kind: Literal["b"] = "b"
    note: str = "none"


class Box(BaseModel):
    item: Annotated[A | B, Field(discriminator="kind")]
