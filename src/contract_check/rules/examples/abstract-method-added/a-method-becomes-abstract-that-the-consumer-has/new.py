from abc import ABC, abstractmethod


class Handler(ABC):
    @abstractmethod
    def handle(self, item):
        return item

    def run(self, item):
        return self.handle(item)
