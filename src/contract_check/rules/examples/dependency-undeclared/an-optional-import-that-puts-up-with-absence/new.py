try:
    import contract_check_no_such_package
except ImportError:
    contract_check_no_such_package = None

from pydantic import BaseModel


class Event(BaseModel):
    size: int
