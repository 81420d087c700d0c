from functools import partial

from provider import connect

OPTIONS = {"timeout": 1}


def start():
    return partial(connect, timeout=1)
