class Own(Exception):
    pass
