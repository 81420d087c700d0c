from provider import State


def name():
    return State.on.name
