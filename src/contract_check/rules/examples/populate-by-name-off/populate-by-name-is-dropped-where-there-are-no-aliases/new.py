from pydantic import BaseModel, ConfigDict, Field


class Event(BaseModel):
    model_config = ConfigDict()
    name: str
    size: int = 0
