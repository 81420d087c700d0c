from provider import decode


def read(token):
    return decode(token, "secret", algorithms=["HS256"])
