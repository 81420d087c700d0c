class Failure(Exception):
    pass


def check(value):
    raise Failure(value)
