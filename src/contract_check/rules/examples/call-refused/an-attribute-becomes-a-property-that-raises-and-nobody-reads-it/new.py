class Order:
    def __init__(self):
        self.amount = 1

    @property
    def size(self):
        raise RuntimeError("gone")
