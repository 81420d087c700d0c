class Part:
    KIND: str = "a"
