from provider import Event


class Special(Event):
    def load(self) -> float:
        return self.size / self.capacity
