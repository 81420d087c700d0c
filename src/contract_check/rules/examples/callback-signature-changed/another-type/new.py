from collections.abc import Callable


def on(handler: Callable[[float], None]):
    print(handler)


class Bus:
    def __init__(self, handler: Callable[[float], None] | None = None):
        self.handlers = [handler]

    def subscribe(self, stream, handler: Callable[[float], None]):
        self.handlers.append(handler)
