from provider import Tagged


def make():
    return Tagged()
