from abc import ABC


class Handler(ABC):
    def handle(self, item):
        return item

    def run(self, item):
        self.close("done")
        return self.handle(item)

    def close(self, reason):
        pass
