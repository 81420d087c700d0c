class BusError(Exception):
    pass


class BusTimeout(BusError, ValueError):
    pass


class Refused(BusError):
    pass


def publish(item):
    if item is None:
        raise BusTimeout("late")
    return item


def admit(item):
    if item is None:
        raise Refused("no")
    return item
