from typing import Union

Id = Union[int, str]
