from provider import Layer


class Own(Layer):
    def __init__(self, inner):
        super().__init__(inner)
        self.plugins = ()
