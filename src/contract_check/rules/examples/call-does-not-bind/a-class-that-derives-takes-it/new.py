class Bus:
    def publish(self, value):
        return value


class LoudBus(Bus):
    def publish(self, value, volume=1):
        return value

    def shout(self):
        return 1
