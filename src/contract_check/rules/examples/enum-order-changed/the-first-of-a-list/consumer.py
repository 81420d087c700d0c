from provider import Level


def take():
    return list(Level)[0]
