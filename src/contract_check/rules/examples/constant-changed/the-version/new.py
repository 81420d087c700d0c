import os

TIMEOUT = 5
STREAM = "events"
VERSION = "1.1"
HERE = os.path.dirname(__file__)
NAMES = ("a", "b")


class Bus:
    depth = 3
