from collections import deque


def make_bus():
    return deque()
