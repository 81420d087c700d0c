from typing import Annotated, Literal

from pydantic import BaseModel, Field


class A(BaseModel):
    kind: Literal["a"] = "a"
    x: int


class B(BaseModel):
    kind: Literal["b"] = "b"
    note: str = "none"


class Box(BaseModel):
    item: Annotated[A | B, Field(discriminator="kind")]
