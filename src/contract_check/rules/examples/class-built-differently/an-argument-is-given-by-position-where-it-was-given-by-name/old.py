class Layer:
    def __init__(self, app, dispatch=None):
        self.app = app


class App:
    def __init__(self, layers=()):
        self.layers = list(layers)

    def build(self):
        app = object()
        for cls, options in self.layers:
            app = cls(app=app, **options)
        return app
