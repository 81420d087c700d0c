class Lock:
    pass
