def decode(token, key="", algorithms=None):
    return token
