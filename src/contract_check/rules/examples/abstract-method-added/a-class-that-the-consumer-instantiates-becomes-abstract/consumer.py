from provider import Handler


def make():
    return Handler()
