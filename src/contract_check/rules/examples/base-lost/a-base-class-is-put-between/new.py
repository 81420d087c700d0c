class Problem(ValueError): ...


class Failure(Problem):
    pass


def check(value):
    raise Failure(value)
