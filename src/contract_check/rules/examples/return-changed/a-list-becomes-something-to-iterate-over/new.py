def count() -> "Iterable[int]":
    return 1
