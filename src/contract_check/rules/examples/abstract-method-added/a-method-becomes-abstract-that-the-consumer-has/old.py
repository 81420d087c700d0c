from abc import ABC


class Handler(ABC):
    def handle(self, item):
        return item

    def run(self, item):
        return self.handle(item)
