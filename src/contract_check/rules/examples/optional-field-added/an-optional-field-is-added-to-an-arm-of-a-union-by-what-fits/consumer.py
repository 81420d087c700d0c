from provider import A, B, Box


def make():
    return Box(item=A(x=1)), Box(item=B(note="b"))
