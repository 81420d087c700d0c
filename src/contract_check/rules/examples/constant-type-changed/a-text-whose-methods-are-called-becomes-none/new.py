import os

TIMEOUT = 5
STREAM = None
VERSION = "1.0"
HERE = os.path.dirname(__file__)
NAMES = ("a", "b")


class Bus:
    depth = 3
