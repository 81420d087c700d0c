from provider import Pair


def take(pair: Pair):
    left, right = pair
    return left
