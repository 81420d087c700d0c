from provider import Bus


class Quiet(Bus):
    def __init__(self, level=0, **kwargs):
        super().__init__(**kwargs)
        self.level = level


class Silent(Quiet):
    def __init__(self, *args, **kwargs):
        kwargs.setdefault("level", 1)
        super().__init__(*args, **kwargs)


def make(**kwargs):
    return Bus(**kwargs)


def use():
    return Silent(level=2, name="other")
