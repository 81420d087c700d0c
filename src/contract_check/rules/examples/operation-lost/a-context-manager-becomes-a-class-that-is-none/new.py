class opened:
    pass
