from provider import Alarm, Level


def make():
    return Alarm(level=Level.low)
