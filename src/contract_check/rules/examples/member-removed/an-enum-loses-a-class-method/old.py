from enum import Enum


class State(Enum):
    on = "on"

    @classmethod
    def parse(cls, text):
        return cls(text)

    @property
    def label(self):
        return self.value.title()
