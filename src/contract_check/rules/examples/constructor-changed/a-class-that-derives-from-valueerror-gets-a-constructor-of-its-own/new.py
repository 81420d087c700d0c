class Own(ValueError):
    def __init__(self, code, text):
        super().__init__(text)
        self.code = code
