class NegativeError(ValueError):
    pass


def decode(number):
    if number < 0:
        raise NegativeError("a number must not be negative")
    return number
