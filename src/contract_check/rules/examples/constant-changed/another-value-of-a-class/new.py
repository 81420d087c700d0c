import os

TIMEOUT = 5
STREAM = "events"
VERSION = "1.0"
HERE = os.path.dirname(__file__)
NAMES = ("a", "b")


class Bus:
    depth = 4
