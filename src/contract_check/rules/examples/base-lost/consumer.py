from provider import Failure, check


def safe(value):
    try:
        return check(value)
    except Failure:
        return None
