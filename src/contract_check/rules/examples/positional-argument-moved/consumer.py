from provider import move


def run():
    return move("a", "b")
