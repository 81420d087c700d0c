from pydantic import BaseModel, PrivateAttr


class Counted(BaseModel):
    _m: int = PrivateAttr(default=0)
