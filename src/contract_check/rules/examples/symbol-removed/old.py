from pydantic import BaseModel


class Event(BaseModel):
    size: int


def connect():
    return 1
