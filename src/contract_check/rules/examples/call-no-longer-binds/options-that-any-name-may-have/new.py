def parse(text, *, trim=True, **rest):
    return text


class Loader:
    def __init__(self, options=None):
        self.options = options or {}

    def load(self, text):
        return parse(text, **self.options)
