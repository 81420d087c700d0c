__all__ = ["read", "write"]


def read():
    return 1


def write():
    return 1
