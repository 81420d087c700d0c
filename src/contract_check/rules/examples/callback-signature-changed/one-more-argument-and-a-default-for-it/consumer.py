from provider import Bus, on


def show(item, key=None):
    print(item, key=None)


def start():
    on(show)
