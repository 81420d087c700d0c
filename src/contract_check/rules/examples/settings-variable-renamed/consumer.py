import os

from provider import Settings


def size():
    os.environ["ACME_PAGE"] = "3"
    return Settings().page
