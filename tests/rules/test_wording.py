"""What is said of a change is what happens."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.rules.harness import run_example

from contract_check.rules import Example

_ROWS = "def rows():\n    yield 1\n"
_OPENED = "from contextlib import contextmanager\n\n@contextmanager\ndef opened():\n    yield 1\n"


@pytest.mark.parametrize(
    ("old", "new", "use", "says"),
    [
        (_ROWS, f"async {_ROWS}", "for row in rows():", "gets an async generator instead"),
        (f"async {_ROWS}", _ROWS, "async for row in rows():", "returns for an async generator"),
        (
            "def rows():\n    return [1]\n",
            "async def rows():\n    return [1]\n",
            "for row in rows():",
            "gets a coroutine instead",
        ),
        (
            _OPENED,
            _OPENED.replace("contextmanager", "asynccontextmanager").replace("def ", "async def "),
            "with opened() as row:",
            "gives an async context manager now",
        ),
    ],
)
def test_what_a_call_gives_now_is_named(
    old: str, new: str, use: str, says: str, tmp_path: Path
) -> None:
    name = "opened" if "opened" in use else "rows"
    kind = "async def" if use.startswith("async") else "def"
    consumer = f"from provider import {name}\n\n{kind} run():\n    {use}\n        print(row)\n"
    found = run_example(Example(title="", old=old, new=new, consumer=consumer), tmp_path)
    assert [says in item.message for item in found.breaks] == [True], found.told


_EVENT = """
from pydantic import BaseModel, ConfigDict

class Event(BaseModel):
    size: int
    note: str = ""
    parts: list[int] = []
"""


@pytest.mark.parametrize(
    ("entry", "line"),
    [
        ("frozen=True", "payload = {'size': "),
        ("extra='forbid'", "'contract_check_extra': 'unexpected'}"),
    ],
)
def test_a_witness_has_no_more_than_it_needs(entry: str, line: str, tmp_path: Path) -> None:
    head = "class Event(BaseModel):\n"
    new = _EVENT.replace(head, f"{head}    model_config = ConfigDict({entry})\n")
    consumer = "from provider import Event\n\ndef change(e: Event):\n    e.size = 2\n"
    (found,) = run_example(
        Example(title="", old=_EVENT, new=new, consumer=consumer), tmp_path
    ).breaks
    assert found.witness is not None
    assert found.witness.confirmed
    assert line in found.witness.code
    assert "note" not in found.witness.code
    assert "parts" not in found.witness.code


_TOTAL = "def total(*parts):\n    return sum(parts)\n"
_ADDS = """
[[contract]]
name = "total"
kind = "function"
provider = "provider:total"
[[contract.scenario]]
name = "adds up"
code = '''
from provider import total

assert total(1, 2) == 3
'''
"""


def test_an_exception_without_a_message_leaves_no_colon_behind(tmp_path: Path) -> None:
    example = Example(
        title="",
        old=_TOTAL,
        new=_TOTAL.replace("sum(parts)", "0"),
        consumer="from provider import total\n",
        contracts=_ADDS,
    )
    told = [item.message for item in run_example(example, tmp_path).breaks]
    assert told == ["the scenario 'adds up' fails at total: AssertionError"]


def test_neither_does_a_module_that_raises_one(tmp_path: Path) -> None:
    new = "raise RuntimeError\n" + _TOTAL
    consumer = "from provider import total\n"
    found = run_example(Example(title="", old=_TOTAL, new=new, consumer=consumer), tmp_path)
    assert [item.message for item in found.breaks] == [
        "importing consumer fails in provider/__init__.py, line 1: RuntimeError"
    ]
