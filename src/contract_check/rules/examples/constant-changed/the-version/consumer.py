from provider import VERSION


def show():
    return print(VERSION)
