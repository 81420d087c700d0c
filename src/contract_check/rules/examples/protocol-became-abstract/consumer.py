from provider import Sink


class Memory(Sink):
    def write(self, item):
        print(item)
