import os

TIMEOUT = 8
STREAM = "events"
VERSION = "1.0"
HERE = os.path.dirname(__file__)
NAMES = ["b", "c", "a"]


class Bus:
    depth = 4


DEFAULTS = {"a": 1, "b": 2}
