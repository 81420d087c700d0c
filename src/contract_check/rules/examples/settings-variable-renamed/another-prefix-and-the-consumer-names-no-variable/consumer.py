import os

from provider import Settings


def size():
    return Settings().page
