from provider import Bus, on


def show(*items):
    print(*items)


def start():
    on(show)
