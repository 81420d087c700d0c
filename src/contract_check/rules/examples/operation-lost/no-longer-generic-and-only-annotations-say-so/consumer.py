from __future__ import annotations

from provider import Envelope


def show(value: Envelope[int]):
    print(value)
