class Bus:
    async def stream(self):
        yield 1
