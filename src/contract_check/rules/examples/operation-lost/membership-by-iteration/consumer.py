from provider import Box


def use(box: Box):
    return 1 in box
