class Own(str):
    def __new__(cls, first, second):
        return super().__new__(cls, first + second)
