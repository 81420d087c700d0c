from provider import Event


def make():
    return Event(name="a", size=1)


print(dict(name="BRK.B", size=1))
