from pydantic import BaseModel


class Part(BaseModel):
    KIND: str = "a"
