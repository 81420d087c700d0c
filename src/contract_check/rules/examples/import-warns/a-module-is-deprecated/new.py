import warnings

warnings.warn("use messages", DeprecationWarning)

from pydantic import BaseModel


class Event(BaseModel):
    size: int
