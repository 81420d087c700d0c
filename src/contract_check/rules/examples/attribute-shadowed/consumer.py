from provider import Event


class Special(Event):
    @property
    def load(self) -> float:
        return self.size / self.capacity
