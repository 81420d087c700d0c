class Event:
    @classmethod
    def load(cls):
        return cls()
