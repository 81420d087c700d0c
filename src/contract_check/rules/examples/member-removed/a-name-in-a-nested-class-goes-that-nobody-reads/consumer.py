from provider import Box


def least():
    return Box.Limits.least
