from dataclasses import dataclass, field


def first():
    return ["a"]


def id():
    return object()


@dataclass
class Tagged:
    size: int = 2
    tags: list[str] = field(default_factory=first)
    key: object = field(default_factory=id)
