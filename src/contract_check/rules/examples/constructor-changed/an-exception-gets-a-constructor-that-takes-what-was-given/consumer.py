from provider import Own


class Mine(Own):
    def __init__(self, m):
        super().__init__(m)


def fail(x):
    if x:
        raise Own
    raise Own("no x") from Mine("m")
