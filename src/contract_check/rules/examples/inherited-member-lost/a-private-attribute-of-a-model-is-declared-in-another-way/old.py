from pydantic import BaseModel, PrivateAttr


class Counted(BaseModel):
    _n: int = PrivateAttr(default=0)
