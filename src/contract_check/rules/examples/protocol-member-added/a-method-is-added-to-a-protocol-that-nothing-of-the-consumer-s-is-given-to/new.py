from typing import Protocol, runtime_checkable


@runtime_checkable
class Sink(Protocol):
    def write(self, item): ...

    def flush(self): ...

    def close(self):
        return None


def drain(sink: Sink):
    sink.write(1)


class Pump:
    def __init__(self, sink: Sink | None = None):
        self.sinks = [sink]

    def attach(self, sink: Sink):
        self.sinks.append(sink)

    def add(self, item):
        self.sinks.append(item)
