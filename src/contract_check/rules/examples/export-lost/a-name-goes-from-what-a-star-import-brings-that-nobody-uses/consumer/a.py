from provider import *


def go():
    return read()
