import warnings

warnings.warn("old", DeprecationWarning)

from pydantic import BaseModel


class Event(BaseModel):
    size: int
