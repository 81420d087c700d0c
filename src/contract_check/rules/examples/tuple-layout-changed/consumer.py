from provider import bounds


def take():
    low, high = bounds()
    return low
