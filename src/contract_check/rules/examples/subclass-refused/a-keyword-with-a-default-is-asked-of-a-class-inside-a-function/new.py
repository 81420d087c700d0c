class Plug:
    def __init_subclass__(cls, *, key=None):
        super().__init_subclass__()
