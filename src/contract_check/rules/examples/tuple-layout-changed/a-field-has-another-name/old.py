from typing import NamedTuple


class Pair(NamedTuple):
    left: int
    right: int = 0
