from provider import opened


def use():
    with opened() as value:
        return value
