from provider import Bus


def make():
    bus = Bus()
    return bus


def send():
    make().publish("events", 1)
