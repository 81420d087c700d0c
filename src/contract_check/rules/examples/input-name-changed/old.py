from pydantic import AliasChoices, BaseModel, ConfigDict, Field


class Event(BaseModel):
    name: str
    size: int = Field(default=0)
