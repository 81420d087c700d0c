from provider import Pair


def take(pair: Pair):
    return pair[0]
