from provider import BusError, BusTimeout, publish


def send(item):
    try:
        return publish(item)
    except BusTimeout:
        return 0
    except BusError:
        return None
