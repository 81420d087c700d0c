from abc import ABC


class Base(ABC):
    def handle(self, item):
        return item

    def run(self, item):
        return self.handle(item)


class Handler(Base):
    pass
