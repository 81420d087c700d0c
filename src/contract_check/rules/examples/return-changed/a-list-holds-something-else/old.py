def count() -> list[int] | None:
    return 1
