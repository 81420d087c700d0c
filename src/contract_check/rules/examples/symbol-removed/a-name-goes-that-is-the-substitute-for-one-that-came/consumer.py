try:
    from provider import open_bus
except ImportError:
    from provider import connect as open_bus


def start():
    return open_bus()
