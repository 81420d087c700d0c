class Part:
    KIND = "a"
