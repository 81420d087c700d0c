from collections.abc import Callable


def on(handler: Callable[[int], None]):
    print(handler)


class Bus:
    def __init__(self, handler: Callable[[int], None] | None = None):
        self.handlers = [handler]

    def subscribe(self, stream, handler: Callable[[int], None]):
        self.handlers.append(handler)
