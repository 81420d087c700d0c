from provider import Bus


def deeper():
    return Bus.depth + 1
