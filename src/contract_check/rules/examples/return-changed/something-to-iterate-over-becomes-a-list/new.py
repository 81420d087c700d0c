def count() -> list[int]:
    return 1
