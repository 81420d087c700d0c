def Lock():
    return object()
