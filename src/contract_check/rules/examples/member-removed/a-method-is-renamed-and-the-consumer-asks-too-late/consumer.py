from provider import Bus


def send(bus: Bus):
    bus.publish("events", 0)
    if hasattr(bus, "send"):
        return bus.send("events", 1)
    return bus.publish("events", 1)
