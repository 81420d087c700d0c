"""What the provider's methods hand out is followed: `with`, methods, class methods, properties."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.rules.harness import run_example

from contract_check.rules import Example

_PROVIDER = """
from __future__ import annotations
from contextlib import contextmanager
from typing import Iterator, Self

class User:
    def rename(self, name):
        self.name = name

    @classmethod
    def guest(cls) -> "User":
        return cls()

    @staticmethod
    def admin() -> User:
        return User()

class Client:
    def __init__(self, host):
        self.host = host

    def __enter__(self){enter}:
        return self

    def __exit__(self, *about):
        return None

    async def __aenter__(self){enter}:
        return self

    async def __aexit__(self, *about):
        return None

    def get(self, path) -> User:
        return User()

    async def fetch(self, path) -> User | None:
        return User()

    def again(self) -> Self:
        return self

    @property
    def owner(self) -> User:
        return User()

    @contextmanager
    def session(self) -> Iterator[User]:
        yield User()

@contextmanager
def opened() -> Iterator[Client]:
    yield Client("h")
"""
_RENAMED = ("def rename(self, name)", "def call(self, name)")
_MORE = ("def rename(self, name)", "def rename(self, name, *, force)")
_GOT = ("def get(self, path)", "def fetched(self, path)")
_WITH = "with Client('h') as c:\n        return c.get('/')"


def _run(line: str, edit: tuple[str, str], folder: Path, enter: str = "") -> list[tuple[str, str]]:
    old = _PROVIDER.replace("{enter}", enter)
    kind = "async def" if line.startswith("async") else "def"
    example = Example(
        title="results",
        old=old,
        new=old.replace(*edit),
        consumer=f"from provider import Client, User, opened\n\n{kind} run():\n    {line}\n",
    )
    return [(item.path or "", item.rule) for item in run_example(example, folder).breaks]


@pytest.mark.parametrize("enter", ["", " -> Self", " -> Client", ' -> "Client"'])
@pytest.mark.parametrize("prefix", ["", "async "])
def test_what_with_binds_is_followed(enter: str, prefix: str, tmp_path: Path) -> None:
    assert [path for path, _ in _run(prefix + _WITH, _GOT, tmp_path, enter)] == ["get"]


def test_a_context_that_gives_something_else_is_not_taken_for_itself(tmp_path: Path) -> None:
    assert _run(_WITH, _GOT, tmp_path, " -> str") == []


@pytest.mark.parametrize(
    "line",
    [
        "u = Client('h').get('/')\n    u.rename('z')",
        "User.guest().rename('b')",
        "User.admin().rename('b')",
        "Client('h').owner.rename('b')",
        "Client('h').again().get('/').rename('b')",
        "with Client('h').session() as u:\n        u.rename('b')",
        "with opened() as c:\n        c.get('/').rename('b')",
        "owner = Client('h').owner\n    owner.rename('b')",
        "async with Client('h') as c:\n        u = await c.fetch('/')\n        u.rename('b')",
    ],
)
@pytest.mark.parametrize("edit", [_RENAMED, _MORE], ids=["gone", "needs more"])
def test_results_are_followed(line: str, edit: tuple[str, str], tmp_path: Path) -> None:
    assert [path for path, _ in _run(line, edit, tmp_path)] == ["rename"]
