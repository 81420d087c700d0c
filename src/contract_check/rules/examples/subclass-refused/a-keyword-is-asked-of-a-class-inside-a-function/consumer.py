from provider import Plug


def make():
    class Own(Plug):
        pass

    return Own
