from provider import Name


def same(name: Name) -> str:
    return name


def make():
    return same(Name("x"))
