from abc import ABC


class Handler(ABC):
    def process(self, item):
        return item

    def run(self, item):
        return self.process(item)
