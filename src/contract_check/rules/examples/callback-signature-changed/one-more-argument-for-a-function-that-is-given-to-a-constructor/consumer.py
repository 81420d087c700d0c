from provider import Bus, on


def show(item):
    print(item)


def start():
    Bus(handler=show)
