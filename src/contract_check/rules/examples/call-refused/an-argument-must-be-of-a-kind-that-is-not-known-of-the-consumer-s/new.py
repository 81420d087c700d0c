def decode(token, key="", algorithms=None):
    if not isinstance(token, str):
        raise TypeError
    return token
