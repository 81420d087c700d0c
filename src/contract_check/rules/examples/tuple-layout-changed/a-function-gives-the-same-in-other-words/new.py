from typing import Tuple


def bounds() -> "Tuple[int, str]":
    raise NotImplementedError
