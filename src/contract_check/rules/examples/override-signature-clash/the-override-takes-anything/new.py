from abc import ABC


class Handler(ABC):
    def handle(self, item, context):
        return item

    def run(self, item):
        return self.handle(item, {})
