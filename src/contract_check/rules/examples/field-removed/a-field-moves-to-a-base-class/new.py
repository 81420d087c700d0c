from pydantic import BaseModel


class _Named(BaseModel):
    name: str


class Event(_Named):
    size: int
    note: str = ""
