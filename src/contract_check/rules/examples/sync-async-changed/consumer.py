from provider import fetch


async def load():
    return await fetch("a")
