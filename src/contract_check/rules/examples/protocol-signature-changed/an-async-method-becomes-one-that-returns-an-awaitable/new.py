from collections.abc import Awaitable
from typing import Protocol, runtime_checkable


@runtime_checkable
class Sink(Protocol):
    def write(self, item) -> Awaitable[None]: ...

    def close(self):
        return None


def drain(sink: Sink):
    sink.write(1)
