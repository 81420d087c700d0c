from provider import Layer


class Own(Layer):
    def __init__(self, plugins=(), *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.plugins = ()
