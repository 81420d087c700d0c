async def fetch(name):
    return name
