from provider import Bus


def send(bus: Bus):
    bus.send("events", 1, key="a")
    return bus.depth


def make():
    return Bus("other")
