from abc import ABC


class Handler(ABC):
    def handle(self, item, key=None):
        return item

    def run(self, item):
        return self.handle(item)
