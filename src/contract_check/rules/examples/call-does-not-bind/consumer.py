from provider import Base


class Own(Base):
    def __init__(self):
        super().__init__("x")
