class Bus:
    def __init__(self, **options):
        self.options = options


class LocalBus(Bus):
    def __init__(self, size=0):
        self.options = {}


def create() -> LocalBus:
    return LocalBus()
