from typing import Tuple


def bounds() -> tuple[int, str, int]:
    raise NotImplementedError
