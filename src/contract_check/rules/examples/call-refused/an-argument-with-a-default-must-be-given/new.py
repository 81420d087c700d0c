def decode(token, key="", algorithms=None):
    if not algorithms:
        raise ValueError("algorithms must be given")
    return token
