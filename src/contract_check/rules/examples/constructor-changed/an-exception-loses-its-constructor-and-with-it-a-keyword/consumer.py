from provider import Own


def fail():
    raise Own(1, text="a")
