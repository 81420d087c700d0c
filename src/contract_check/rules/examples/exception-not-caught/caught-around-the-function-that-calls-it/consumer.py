from provider import BusError, publish


def send(item):
    return publish(item)


def safely(item):
    try:
        return send(item)
    except BusError:
        return None
