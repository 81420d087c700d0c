from provider import connect


def start(timeout=None):
    options = {"timeout": 1}
    options.pop("timeout")
    return connect("memory://", **options)
