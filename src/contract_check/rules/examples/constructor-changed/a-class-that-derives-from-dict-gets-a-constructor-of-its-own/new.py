class Own(dict):
    def __init__(self, code, text):
        super().__init__(text)
        self.code = code
