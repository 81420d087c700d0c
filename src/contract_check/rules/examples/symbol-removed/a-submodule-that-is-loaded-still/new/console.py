from provider.panel import Panel


class Console:
    def show(self, more=None):
        return Panel()
