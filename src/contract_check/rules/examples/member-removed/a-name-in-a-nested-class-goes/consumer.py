from provider import Box


def most():
    return Box.Limits.most
