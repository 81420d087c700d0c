from pydantic import BaseModel


class Health(BaseModel):
    state: str = "running"


READY = True
