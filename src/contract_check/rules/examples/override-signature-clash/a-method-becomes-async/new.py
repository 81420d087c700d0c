from abc import ABC


class Handler(ABC):
    async def handle(self, item):
        return item

    async def run(self, item):
        return await self.handle(item)
