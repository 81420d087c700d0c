from pydantic import BaseModel


class Message(BaseModel):
    size: int
