from provider import Client


async def load(client: Client):
    return await client.fetch("a")
