from provider import send


def use():
    return send("a")
