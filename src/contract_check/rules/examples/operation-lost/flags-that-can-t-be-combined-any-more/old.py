from enum import Flag


class Mode(Flag):
    read = 1
    write = 2
