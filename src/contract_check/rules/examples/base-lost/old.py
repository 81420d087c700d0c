class Failure(ValueError):
    pass


def check(value):
    raise Failure(value)
