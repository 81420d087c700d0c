class Bus:
    def __init__(self, name="main"):
        self.name = name

    def publish(self, stream, value):
        return stream, value

    @property
    def depth(self):
        return 0
