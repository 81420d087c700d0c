from typing import Literal

from pydantic import BaseModel


class Health(BaseModel):
    state: Literal["up", "down", "slow"]
