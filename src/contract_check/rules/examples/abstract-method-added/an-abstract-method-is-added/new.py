from abc import ABC, abstractmethod


class Handler(ABC):
    def handle(self, item):
        return item

    def run(self, item):
        return self.handle(item)

    @abstractmethod
    def close(self): ...
