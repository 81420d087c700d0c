"""The line of a finding is the one that meets it."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.rules.harness import run_example

from contract_check.model.usage import Place
from contract_check.rules import Example
from contract_check.rules.uses import where

_ORDER = """
from pydantic import BaseModel

class Order(BaseModel):
    state: str = "new"
    note: str = ""

class Book:
    def last(self) -> Order:
        return Order()
"""
_FROZEN = ("pydantic import BaseModel", "pydantic import BaseModel, ConfigDict")
_CONSUMER = """from provider import Book, Order

def make():
    return Order(state="new")

def use(order: Order, book: Book):
    {line}
"""


@pytest.mark.parametrize(
    ("line", "new", "rule"),
    [
        (
            "order.state = 'old'",
            _ORDER.replace(*_FROZEN).replace(
                "    state:", "    model_config = ConfigDict(frozen=True)\n    state:"
            ),
            "frozen-enabled",
        ),
        ("return order.note", _ORDER.replace('    note: str = ""\n', ""), "field-removed"),
        ("return book.last().note", _ORDER.replace('    note: str = ""\n', ""), "field-removed"),
        (
            "d = order.model_dump(); return d['note']",
            _ORDER.replace('    note: str = ""\n', ""),
            "field-removed",
        ),
    ],
)
def test_the_line_is_the_one_that_meets_it(line: str, new: str, rule: str, tmp_path: Path) -> None:
    example = Example(title="places", old=_ORDER, new=new, consumer=_CONSUMER.format(line=line))
    found = run_example(example, tmp_path).of(rule)
    assert [item.location and item.location.line for item in found] == [7]


_ENTERED = """
from contextlib import AbstractContextManager, contextmanager

class Client:
    def __enter__(self):
        return self

    def __exit__(self, *about):
        return None

    def get(self):
        return 1

@contextmanager
def session() -> Client:
    yield Client()

@contextmanager
def _opened():
    yield Client()

def opened() -> AbstractContextManager[Client]:
    return _opened()
"""


@pytest.mark.parametrize("name", ["session", "opened"])
def test_what_a_context_manager_hands_out_is_not_what_is_entered(name: str, tmp_path: Path) -> None:
    consumer = f"""from provider import Client, {name}

def direct():
    with Client() as c:
        return c.get()

def managed():
    with {name}() as c:
        return c.get()
"""
    entering = "    def __enter__(self):\n        return self\n\n"
    changed = [_ENTERED.replace(entering, ""), _ENTERED.replace("def get(self)", "def fetch(self)")]
    lost, renamed = (
        run_example(Example(title="", old=_ENTERED, new=new, consumer=consumer), tmp_path / folder)
        for folder, new in zip("ab", changed, strict=True)
    )
    (one,) = lost.breaks
    assert one.path == "__enter__"
    assert one.message.endswith("at consumer/__init__.py:4")
    (other,) = renamed.breaks
    assert other.path == "get"
    assert "consumer/__init__.py:5, 9" in other.message


def test_places_are_listed_from_the_lowest_line() -> None:
    places = [Place("c/a.py", 20), Place("c/a.py", 13), Place("c/b.py", 2), Place("c/a.py", 20)]
    assert where(places) == "c/a.py:13, 20, c/b.py:2"
    assert where(Place("c/a.py", line) for line in range(9, 3, -1)) == (
        "c/a.py:4, 5, 6, 7 and 2 other places"
    )
