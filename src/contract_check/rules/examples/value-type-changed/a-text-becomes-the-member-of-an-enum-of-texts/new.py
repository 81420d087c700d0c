from enum import Enum


class Level(str, Enum):
    info = "info"


LEVEL = Level.info
