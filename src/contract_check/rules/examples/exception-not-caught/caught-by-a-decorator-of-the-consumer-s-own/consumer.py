from provider import BusError, publish


def safe(inner):
    def outer(item):
        try:
            return inner(item)
        except BusError:
            return None

    return outer


@safe
def send(item):
    return publish(item)
