from provider import Bus


def send(bus: Bus):
    if hasattr(bus, "send"):
        return bus.send("events", 1)
    return bus.publish("events", 1)
