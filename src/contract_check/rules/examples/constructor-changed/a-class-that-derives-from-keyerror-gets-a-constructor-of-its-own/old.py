class Own(KeyError):
    pass
