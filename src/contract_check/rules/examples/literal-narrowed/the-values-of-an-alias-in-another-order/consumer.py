from provider import Kind
from pydantic import BaseModel


class Own(BaseModel):
    kind: Kind
