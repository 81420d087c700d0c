from contextlib import contextmanager


@contextmanager
def opened():
    yield 1
