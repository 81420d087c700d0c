import asyncio


async def _fetch(name):
    return name


def fetch(name):
    return asyncio.run(_fetch(name))
