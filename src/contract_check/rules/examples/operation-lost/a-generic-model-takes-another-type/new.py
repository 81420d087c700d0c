from typing import Generic, TypeVar

from pydantic import BaseModel

T = TypeVar("T")

U = TypeVar("U")


class Envelope(BaseModel, Generic[T, U]):
    payload: T
