from provider import connect


def start(timeout=None):
    options = dict()
    options.setdefault("timeout", 3)
    return connect("memory://", **options)
