from collections.abc import Callable


def on(handler: Callable[..., None]):
    print(handler)


class Bus:
    def __init__(self, handler: Callable[..., None] | None = None):
        self.handlers = [handler]

    def subscribe(self, stream, handler: Callable[..., None]):
        self.handlers.append(handler)
