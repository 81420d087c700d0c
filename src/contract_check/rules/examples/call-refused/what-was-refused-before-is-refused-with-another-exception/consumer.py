from provider import decode


def read():
    try:
        return decode(-1)
    except ValueError:
        return None
