from provider import HANDLERS


def add():
    HANDLERS.append(print)
