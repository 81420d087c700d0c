from provider import connect


def start():
    return connect(url="memory://", timeout=1)
