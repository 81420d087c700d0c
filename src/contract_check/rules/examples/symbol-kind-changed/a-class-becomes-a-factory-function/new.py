from pydantic import BaseModel


class _Event(BaseModel):
    size: int


def Event(**values):
    return _Event(**values)
