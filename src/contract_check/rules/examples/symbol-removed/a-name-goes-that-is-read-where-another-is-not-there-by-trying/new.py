from pydantic import BaseModel


class Event(BaseModel):
    size: int


def open_bus():
    return 1
