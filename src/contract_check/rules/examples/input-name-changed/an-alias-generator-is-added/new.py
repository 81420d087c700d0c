from pydantic import AliasChoices, BaseModel, ConfigDict, Field


class Event(BaseModel):
    model_config = ConfigDict(alias_generator=lambda n: n + "_")
    name: str
    size: int = 0
