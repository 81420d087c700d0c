from provider import HERE


def show():
    return print(HERE)
