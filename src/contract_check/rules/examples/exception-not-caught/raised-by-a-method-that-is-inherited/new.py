class BusError(Exception):
    pass


class BusTimeout(Exception):
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


class Base:
    @property
    def depth(self):
        raise BusTimeout("late")


class Bus(Base):
    pass
