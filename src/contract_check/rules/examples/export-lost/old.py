from pydantic import BaseModel


class Event(BaseModel):
    size: int


def extra():
    return 1
