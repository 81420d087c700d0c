from provider import Bus


def send(bus: Bus):
    bus.publish("events", 1, key="a")
    return getattr(bus, "size", None)


def make():
    return Bus("other")
