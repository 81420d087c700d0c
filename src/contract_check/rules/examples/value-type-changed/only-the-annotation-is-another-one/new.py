class Stats:
    open: int = 1


class Client:
    def stats(self) -> Stats:
        return {"open": 1}
