def timed(inner):
    def outer(*args, **kwargs):
        return inner(*args, **kwargs)

    return outer


@timed
async def fetch(name):
    return name
