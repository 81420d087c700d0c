def count() -> str:
    return "1"
