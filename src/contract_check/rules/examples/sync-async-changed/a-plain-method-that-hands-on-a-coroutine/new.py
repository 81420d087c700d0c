class Client:
    async def _fetch(self, name):
        return name

    def fetch(self, name):
        found = self._fetch(name)
        return found
