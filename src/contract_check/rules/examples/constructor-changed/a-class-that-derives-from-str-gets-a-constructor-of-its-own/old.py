class Own(str):
    pass
