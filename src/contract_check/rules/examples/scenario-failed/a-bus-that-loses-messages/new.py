class Bus(list):
    def append(self, item):
        pass


def make_bus():
    return Bus()
