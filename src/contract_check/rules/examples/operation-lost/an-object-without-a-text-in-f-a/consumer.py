from provider import Money


def use(a: Money, b: list[Money]):
    return f"{a}"
