class Client:
    async def fetch(self, name):
        return name
