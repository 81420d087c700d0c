from collections.abc import Callable


def on(handler: Callable[[int, str], None]):
    print(handler)


class Bus:
    def __init__(self, handler: Callable[[int, str], None] | None = None):
        self.handlers = [handler]

    def subscribe(self, stream, handler: Callable[[int, str], None]):
        self.handlers.append(handler)
