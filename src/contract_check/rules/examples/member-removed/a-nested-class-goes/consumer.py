from provider import Box


def most():
    return Box.Config.most
