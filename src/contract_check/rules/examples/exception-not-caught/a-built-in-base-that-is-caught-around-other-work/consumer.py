from provider import publish


def number(text):
    try:
        return int(text.strip())
    except ValueError:
        return 0


def send(text):
    return publish(number(text))
