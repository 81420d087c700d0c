class Widget:
    def refresh(self):
        return 1
