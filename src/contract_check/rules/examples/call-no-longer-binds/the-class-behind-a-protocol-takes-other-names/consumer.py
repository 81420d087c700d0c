from provider import Bus, create


class Service:
    def __init__(self):
        self.bus: Bus = create()

    def send(self):
        return self.bus.publish("events", value=1)
