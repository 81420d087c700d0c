from provider import *


def go():
    return write()
