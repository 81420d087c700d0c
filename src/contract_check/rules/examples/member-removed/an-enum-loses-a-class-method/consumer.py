from provider import State


def read():
    return State.parse("on")
