class Meta(type): ...


class Handler(metaclass=Meta):
    def handle(self, item):
        return item

    def run(self, item):
        return self.handle(item)
