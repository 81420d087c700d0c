def items():
    yield 1
    yield 2
