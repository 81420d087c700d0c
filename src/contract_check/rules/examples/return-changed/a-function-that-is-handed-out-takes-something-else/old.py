def count() -> "Callable[[int], int]":
    return 1
