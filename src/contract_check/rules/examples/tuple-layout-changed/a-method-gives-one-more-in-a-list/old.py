class Table:
    def rows(self) -> list[tuple[int, str]]:
        return []
