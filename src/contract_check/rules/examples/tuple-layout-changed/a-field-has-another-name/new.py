from typing import NamedTuple


class Pair(NamedTuple):
    left: int
    other: int = 0
