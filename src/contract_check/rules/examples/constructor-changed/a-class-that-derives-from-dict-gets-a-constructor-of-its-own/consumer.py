from provider import Own


def make():
    return Own(a=1)
