from provider import BusError, publish


def send(item):
    try:
        return publish(item)
    except BusError:
        return None
    except Exception:
        return None
