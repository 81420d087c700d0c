class Opened:
    def __enter__(self):
        return 1

    def __exit__(self, *about):
        return None


def opened() -> Opened:
    return Opened()
