from provider import Sink, drain


class Memory:
    def __init__(self):
        self.items = []

    def write(self, item):
        self.items.append(item)

    def close(self):
        self.items.clear()


def run():
    drain(Memory())
