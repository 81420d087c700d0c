from pydantic import BaseModel


class Event(BaseModel):
    size: int


def broken():
    raise RuntimeError("not configured")
