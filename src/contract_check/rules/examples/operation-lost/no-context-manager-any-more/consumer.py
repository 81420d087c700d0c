from provider import Box


def use(box: Box):
    with box as inner:
        return inner
