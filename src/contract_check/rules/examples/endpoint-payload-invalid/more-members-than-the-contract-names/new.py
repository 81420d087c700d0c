from pydantic import BaseModel


class Health(BaseModel):
    state: str = "up"
    load: int = 0


READY = True
