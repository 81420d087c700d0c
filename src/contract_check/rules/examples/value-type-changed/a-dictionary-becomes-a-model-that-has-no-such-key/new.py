from typing import Sequence

from pydantic import BaseModel


class Part(BaseModel):
    def __getitem__(self, key):
        return getattr(self, key)


class Model(Part):
    model: str


class Listing(Part):
    models: Sequence[Model]


def listing() -> Listing:
    return Listing(models=[Model(model="a")])
