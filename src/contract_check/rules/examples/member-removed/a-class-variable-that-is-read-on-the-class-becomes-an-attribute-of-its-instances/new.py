class Part:
    def __init__(self):
        self.KIND = "a"
