from provider import Id


def make():
    return Id(1)
