async def _fetch(name):
    return name


def fetch(name):
    return _fetch(name)
