from typing import Protocol, runtime_checkable


class Sink(Protocol):
    def write(self, item): ...

    def close(self):
        return None


def drain(sink: Sink):
    sink.write(1)
