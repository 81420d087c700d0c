from provider import Event as Base


class Event(Base):
    @classmethod
    def create(cls, name: str, size: int) -> "Event":
        return cls(name=name, size=size)
