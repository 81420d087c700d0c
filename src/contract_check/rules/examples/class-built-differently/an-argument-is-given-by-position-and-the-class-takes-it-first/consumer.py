from provider import Layer


class Own(Layer):
    def __init__(self, app, plugins=(), **kwargs):
        super().__init__(app, **kwargs)
        self.plugins = ()
