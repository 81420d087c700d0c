class Widget:
    def refresh(self):
        return self._layout()

    def _layout(self):
        return 1
