from provider import connect


def start(timeout=None):
    options = {}
    options["timeout"] = timeout
    return connect("memory://", **options)
