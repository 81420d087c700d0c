from pydantic import BaseModel


class Event(BaseModel):
    size: int

    def __init__(self, count, **data):
        super().__init__(size=count, **data)
