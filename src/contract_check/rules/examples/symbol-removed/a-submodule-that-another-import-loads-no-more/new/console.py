class Console:
    def show(self):
        from provider.panel import Panel

        return Panel()
