from provider import Level


def take():
    return sorted(Level)[0]
