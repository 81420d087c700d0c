from collections.abc import Awaitable


async def _fetch(name):
    return name


def fetch(name) -> Awaitable[str]:
    return _fetch(name)
