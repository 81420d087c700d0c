class Bus:
    async def stream(self):
        return [1]
