from provider.panel import Panel


class Console:
    def show(self):
        return Panel()
