class Bus:
    def __init__(self, title="main"):
        self.name = title

    def publish(self, stream, value, *, key=None):
        return stream, value, key

    @property
    def depth(self):
        return 0
