from provider import Bus, on


def show(item):
    print(item)


def start():
    def inner(item: Bus) -> Bus: ...

    on(inner)
