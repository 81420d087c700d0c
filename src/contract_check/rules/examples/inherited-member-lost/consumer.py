from provider import Event


class Special(Event):
    note: str = ""

    def high(self):
        return self.load() > 0.5
