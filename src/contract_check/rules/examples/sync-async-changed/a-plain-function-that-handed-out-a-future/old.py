import asyncio


async def _fetch(name):
    return name


def fetch(name):
    return asyncio.ensure_future(_fetch(name))
