from provider import Pump


class Memory:
    def __init__(self):
        self.items = []

    def write(self, item):
        self.items.append(item)

    def close(self):
        self.items.clear()


def run():
    Pump().add(Memory())
