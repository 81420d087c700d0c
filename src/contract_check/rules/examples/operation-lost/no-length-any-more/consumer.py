from provider import Box


def use(box: Box):
    return len(box)
