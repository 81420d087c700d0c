from provider import on


class Screen:
    def show(self, item, key):
        print(item)

    def start(self):
        on(self.show)
