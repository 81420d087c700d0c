from provider import connect


def start(timeout=None):
    options = {}
    options.update()
    return connect("memory://", **options)
