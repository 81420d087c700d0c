from pydantic import AliasChoices, Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="APP_", populate_by_name=True)
    page: int = Field(50, validation_alias=AliasChoices("APP_PAGE", "ACME_PAGE"))
