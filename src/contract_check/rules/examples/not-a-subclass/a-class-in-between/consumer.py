from provider import Event as Base


class Middle(Base):
    note: str | None = None


class Event(Middle):
    pass
