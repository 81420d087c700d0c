from provider import Own


def fail():
    raise Own("no x")
