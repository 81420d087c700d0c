from provider import Mode


def both():
    return Mode.read | Mode.write
