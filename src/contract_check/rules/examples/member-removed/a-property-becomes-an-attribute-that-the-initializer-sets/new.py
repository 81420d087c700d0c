class Bus:
    def __init__(self, name="main"):
        self.name = name
        self.depth = 0

    def publish(self, stream, value, *, key=None):
        return stream, value, key
