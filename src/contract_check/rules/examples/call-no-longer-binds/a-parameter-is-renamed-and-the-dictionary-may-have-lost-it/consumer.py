from provider import connect

OPTIONS = {"timeout": 1}


def start():
    OPTIONS.clear()
    return connect("memory://", **OPTIONS)
