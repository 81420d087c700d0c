class Plug:
    pass
