class Plug:
    def __init_subclass__(cls, *, key):
        super().__init_subclass__()
