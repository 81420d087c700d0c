from typing import Protocol


class Bus(Protocol):
    def publish(self, stream, value): ...


class MemoryBus:
    def publish(self, stream, value):
        return stream


def create() -> "MemoryBus":
    return MemoryBus()
