from typing import overload


@overload
def send(to: str) -> str: ...


@overload
def send(to: bytes) -> bytes: ...


def send(to):
    return to
