from provider import Bus


def send(bus: Bus):
    bus.publish("events", 1, key="a")
    return bus.depth


def make():
    return Bus("other")
