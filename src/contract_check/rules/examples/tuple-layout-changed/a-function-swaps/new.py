from typing import Tuple


def bounds() -> tuple[str, int]:
    raise NotImplementedError
