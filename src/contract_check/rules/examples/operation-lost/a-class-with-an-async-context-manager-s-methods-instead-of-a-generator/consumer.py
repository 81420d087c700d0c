from provider import opened


async def use():
    async with opened() as value:
        return value
