from provider import Lock


def make():
    return Lock()
