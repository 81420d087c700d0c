import contract_check_no_such_package
from pydantic import BaseModel


class Event(BaseModel):
    size: int
