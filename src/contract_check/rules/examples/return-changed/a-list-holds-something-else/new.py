def count() -> list[str] | None:
    return 1
