from provider import State


def labels():
    return [state.label for state in State]


def first():
    return State.on.label
