class Stats:
    open: int = 1

    def __getitem__(self, key: str) -> int:
        return getattr(self, key)


class Client:
    def stats(self) -> Stats:
        return Stats()
