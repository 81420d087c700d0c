from provider import Bus, on


def show(item):
    print(item)


def start():
    on(lambda item: print(item))
