class Database:
    def __init__(self, name):
        self.name = name

    def __bool__(self):
        raise NotImplementedError("ask for None")
