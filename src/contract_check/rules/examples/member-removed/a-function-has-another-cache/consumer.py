from provider import load


def reset():
    load.cache_clear()
    return load.__name__
