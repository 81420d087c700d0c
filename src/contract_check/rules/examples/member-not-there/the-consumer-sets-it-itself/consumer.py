from provider import Bus


def send(bus: Bus):
    bus.publish("events", 1, key="a")
    bus.size = 1
    return bus.size


def make():
    return Bus("other")
