from provider import items


def show():
    for item in items():
        print(item)
    return list(items())
