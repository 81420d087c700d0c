from provider import Money


def use(a: Money, b: list[Money]):
    return "%d %s" % (1, a)
