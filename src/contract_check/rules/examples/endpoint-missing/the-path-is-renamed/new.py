from pydantic import BaseModel


class Health(BaseModel):
    state: str = "up"


READY = True
PATHS = ["/healthz"]
