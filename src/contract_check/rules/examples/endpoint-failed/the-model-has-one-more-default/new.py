from pydantic import BaseModel


class Health(BaseModel):
    state: str = "up"
    region: str = ""


READY = True
