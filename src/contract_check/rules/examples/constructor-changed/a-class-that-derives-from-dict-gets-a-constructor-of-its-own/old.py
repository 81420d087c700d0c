class Own(dict):
    pass
