from provider import bounds


def take():
    low = bounds()[0]
    return low
