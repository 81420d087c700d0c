from provider import Box


def use(box: Box):
    return [item for item in box]
