import provider


def start():
    try:
        return provider.open_bus()
    except AttributeError:
        return provider.connect()
