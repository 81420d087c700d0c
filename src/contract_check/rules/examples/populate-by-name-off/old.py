from pydantic import BaseModel, ConfigDict, Field


class Event(BaseModel):
    model_config = ConfigDict(populate_by_name=True)
    name: str
    size: int = Field(alias="length")
