from typing import NotRequired, TypedDict


class Options(TypedDict):
    name: str
