from enum import Enum


class Level(Enum):
    info = "info"


LEVEL = Level.info
