from provider import Pair


def take(pair: Pair):
    return pair.left, pair[0]
