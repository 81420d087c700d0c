from typing import Tuple


def bounds() -> tuple[int | None, str]:
    raise NotImplementedError
