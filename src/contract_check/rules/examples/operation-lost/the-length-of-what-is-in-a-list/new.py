class Box:
    def __init__(self, *items):
        self.items = items

    def __iter__(self):
        return iter(self.items)

    def __contains__(self, item):
        return item in self.items

    def __enter__(self):
        return self

    def __exit__(self, *about):
        return None

    def __add__(self, other):
        return Box(*self.items, *other.items)


def boxes() -> list[Box]:
    return []
