from typing import NamedTuple


class Pair(NamedTuple):
    right: int
    left: int = 0
