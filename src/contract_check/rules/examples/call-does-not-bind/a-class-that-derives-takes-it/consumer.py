from provider import Bus


def send(bus: Bus):
    return bus.publish(1, volume=2)


def shout(bus: Bus):
    return bus.shout()
