from provider import Own


class Mine(Own):
    def __init__(self, m):
        super().__init__(m)
