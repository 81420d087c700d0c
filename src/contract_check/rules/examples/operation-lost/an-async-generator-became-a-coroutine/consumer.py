from provider import Bus


async def read(bus: Bus):
    async for item in bus.stream():
        print(item)
