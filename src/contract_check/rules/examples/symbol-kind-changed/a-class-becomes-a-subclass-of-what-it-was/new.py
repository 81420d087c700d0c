from pydantic import BaseModel


class Base(BaseModel):
    size: int


class Event(Base):
    pass
