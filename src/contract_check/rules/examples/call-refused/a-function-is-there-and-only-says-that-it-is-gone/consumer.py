import provider


def read(text):
    return provider.load(text)
