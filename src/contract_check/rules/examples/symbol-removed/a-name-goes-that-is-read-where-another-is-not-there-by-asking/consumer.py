import provider


def start():
    if hasattr(provider, "open_bus"):
        return provider.open_bus()
    return provider.connect()
