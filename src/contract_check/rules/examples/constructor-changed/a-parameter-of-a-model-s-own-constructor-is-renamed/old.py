from pydantic import BaseModel


class Event(BaseModel):
    size: int

    def __init__(self, size, **data):
        super().__init__(size=size, **data)
