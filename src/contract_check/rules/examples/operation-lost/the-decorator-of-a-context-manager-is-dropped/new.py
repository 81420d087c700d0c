from contextlib import contextmanager


def opened():
    yield 1
