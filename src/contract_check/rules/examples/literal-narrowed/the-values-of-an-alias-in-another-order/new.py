from typing import Annotated, Literal

from pydantic import Field

Kind = Literal["idle", "off", "on"]
