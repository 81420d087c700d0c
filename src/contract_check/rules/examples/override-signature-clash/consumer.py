from provider import Handler


class Special(Handler):
    def handle(self, item):
        return [item]
