from provider import decode


def read(token):
    try:
        return decode(token, "secret")
    except ValueError:
        return None
