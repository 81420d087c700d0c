from provider import create


def send():
    bus = create()
    return bus.publish("events", value=1)
