from provider import Event as Base


class Event(Base):
    note: str
