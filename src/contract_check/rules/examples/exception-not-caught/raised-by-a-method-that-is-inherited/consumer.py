from provider import Bus, BusError


def send(bus: Bus):
    try:
        return bus.depth
    except BusError:
        return None
