from typing import Annotated, Literal

from pydantic import Field

Kind = Annotated[int, Field(ge=1)]
