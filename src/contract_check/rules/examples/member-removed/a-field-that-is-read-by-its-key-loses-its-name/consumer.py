from dataclasses import asdict

from provider import Event


def number():
    return asdict(Event())["n"]
