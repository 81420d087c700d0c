from collections.abc import Iterator


class User:
    def __init__(self):
        self.name = "a"

    def pop(self):
        return self


class Team:
    def __iter__(self) -> Iterator[User]:
        yield User()

    def users(self) -> list[User]:
        return [User()]

    @property
    def by_name(self) -> dict[str, User]:
        return {"a": User()}
