from enum import Enum


class Mode(Enum):
    read = 1
    write = 2
