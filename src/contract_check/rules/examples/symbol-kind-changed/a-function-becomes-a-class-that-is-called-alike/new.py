from typing import NamedTuple


class point(NamedTuple):
    x: int
    y: int
