def decode(number):
    if number < 0:
        raise ValueError("a number must not be negative")
    return number
