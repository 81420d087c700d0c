from provider import publish


def send(item):
    try:
        return publish(item)
    except ValueError:
        return None
