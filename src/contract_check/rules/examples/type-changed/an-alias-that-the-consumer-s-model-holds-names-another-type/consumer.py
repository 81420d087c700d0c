from provider import Id
from pydantic import BaseModel


class Own(BaseModel):
    id: Id
