class Own(ValueError):
    pass
