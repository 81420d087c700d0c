from typing import Tuple


def bounds() -> tuple[int, str]:
    raise NotImplementedError
