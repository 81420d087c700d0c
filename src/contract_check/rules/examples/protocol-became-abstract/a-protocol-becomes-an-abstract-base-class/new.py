from abc import ABC
from typing import Protocol, runtime_checkable


class Sink(ABC):
    def write(self, item): ...

    def close(self):
        return None


def drain(sink: Sink):
    sink.write(1)
