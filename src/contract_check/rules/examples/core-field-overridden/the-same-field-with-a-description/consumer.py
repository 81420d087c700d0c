from provider import Event as Base


class Event(Base):
    note: str | None = None
    size: int = 0
    "How large it is."
