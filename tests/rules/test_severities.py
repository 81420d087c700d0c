"""Findings whose severity depends on what the consumer does with the thing."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.rules.harness import run_example

from contract_check.rules import Example

_CONSTANT = 'STREAM = "events"\nPAUSE = 5\n'


@pytest.mark.parametrize(
    ("new", "line", "found"),
    [
        pytest.param(
            _CONSTANT.replace("events", "other"),
            'return name == STREAM and "same"',
            [("constant-changed", "break")],
            id="a value that is compared",
        ),
        pytest.param(
            _CONSTANT.replace("events", "other"),
            "return print(STREAM)",
            [("constant-changed", "warning")],
            id="a value that is printed",
        ),
        pytest.param(
            _CONSTANT.replace("5", "8"),
            "return PAUSE < 7",
            [("constant-changed", "break")],
            id="a comparison with another answer",
        ),
        pytest.param(
            _CONSTANT.replace("5", "8"),
            "return PAUSE < 9",
            [],
            id="a comparison with the same answer",
        ),
        pytest.param(
            _CONSTANT.replace("5", "8"),
            "return PAUSE < 9 and name(PAUSE)",
            [("constant-changed", "break")],
            id="one with the same answer, and another use",
        ),
        pytest.param(
            _CONSTANT.replace("5", "5.0"),
            "return PAUSE + 1",
            [("constant-type-changed", "warning")],
            id="an integer that is a float now",
        ),
    ],
)
def test_a_constant(new: str, line: str, found: list[tuple[str, str]], tmp_path: Path) -> None:
    consumer = f"from provider import PAUSE, STREAM\n\ndef use(name):\n    {line}\n"
    example = Example(title="", old=_CONSTANT, new=new, consumer=consumer)

    result = run_example(example, tmp_path / "example")

    assert [(finding.rule, str(finding.severity)) for finding in result.findings] == found


@pytest.mark.parametrize(
    ("new", "line", "found"),
    [
        ('("A",)', "CODES[1]", "break"),
        ('("A",)', "CODES[-1]", "warning"),
        ('("A",)', "CODES[0]", "warning"),
        ('("A",)', "[code for code in CODES]", "warning"),
        ('("A",)', "name in CODES", "break"),
        ('("A", "B", "C")', "name in CODES", "warning"),
        ('("A", "B", "C")', "CODES[1]", "warning"),
    ],
)
def test_a_tuple(new: str, line: str, found: str, tmp_path: Path) -> None:
    consumer = f"from provider import CODES\n\ndef use(name):\n    return {line}\n"
    example = Example(
        title="", old='CODES = ("A", "B")\n', new=f"CODES = {new}\n", consumer=consumer
    )

    result = run_example(example, tmp_path / "example")

    assert [(item.rule, str(item.severity)) for item in result.findings] == [
        ("constant-changed", found)
    ]


def test_a_dictionary_whose_keys_alone_are_asked_for(tmp_path: Path) -> None:
    consumer = "from provider import CODES\n\ndef use(key):\n    return key in CODES\n"
    example = Example(
        title="", old='CODES = {"a": 1}\n', new='CODES = {"a": 2}\n', consumer=consumer
    )

    result = run_example(example, tmp_path / "example")

    assert [str(finding.severity) for finding in result.findings] == ["warning"]


@pytest.mark.parametrize(
    ("new", "found"),
    [
        ("class Box:\n    pass\n", [("operation-lost", "warning")]),
        ("class Box:\n    def __len__(self):\n        return 0\n", []),
    ],
    ids=["no truth of its own", "its length instead"],
)
def test_the_truth_of_an_object(new: str, found: list[tuple[str, str]], tmp_path: Path) -> None:
    old = "class Box:\n    def __bool__(self):\n        return False\n"
    consumer = "from provider import Box\n\ndef use(box: Box):\n    if box:\n        print(1)\n"

    result = run_example(Example(title="", old=old, new=new, consumer=consumer), tmp_path / "a")

    assert [(finding.rule, str(finding.severity)) for finding in result.findings] == found


@pytest.mark.parametrize(
    ("old", "new", "use", "found"),
    [
        (
            "SEEN: list = []\n",
            "SEEN: tuple = ()\n",
            "len(list(SEEN))",
            ("constant-type-changed", "warning"),
        ),
        ('SEEN = {"a": 1}\n', 'SEEN = {"b": 1}\n', 'SEEN["a"]', ("constant-changed", "break")),
        ('SEEN = {"a": 1}\n', 'SEEN = {"a": 2}\n', 'SEEN["a"]', ("constant-changed", "warning")),
    ],
    ids=["a list that is only iterated over", "a key that is gone", "another value of a key"],
)
def test_a_constant_of_several_parts(
    old: str, new: str, use: str, found: tuple[str, str], tmp_path: Path
) -> None:
    consumer = f"from provider import SEEN\n\ndef use():\n    return {use}\n"

    result = run_example(Example(title="", old=old, new=new, consumer=consumer), tmp_path / "a")

    assert [(finding.rule, str(finding.severity)) for finding in result.findings] == [found]


def test_a_literal_spelled_as_a_union_of_literals_is_no_change(tmp_path: Path) -> None:
    old = (
        "from typing import Literal\nfrom pydantic import BaseModel\n\n"
        'State = Literal["healthy", "degraded", "down"]\n\n'
        "class Health(BaseModel):\n    state: State\n"
    )
    new = old.replace(
        'Literal["healthy", "degraded", "down"]', 'Literal["degraded", "healthy"] | Literal["down"]'
    )
    consumer = 'from provider import Health\n\ndef make():\n    return Health(state="healthy")\n'

    result = run_example(Example(title="", old=old, new=new, consumer=consumer), tmp_path / "a")

    assert result.told == []


def test_equal_defaults_are_no_change(tmp_path: Path) -> None:
    old = (
        "from pydantic import BaseModel, Field\n\n"
        "class Event(BaseModel):\n    ratio: float = 1\n    tags: list[str] = []\n"
    )
    new = old.replace("= 1\n", "= 1.0\n").replace("= []", "= Field(default_factory=list)")
    consumer = "from provider import Event\n\ndef make():\n    return Event().ratio\n"

    result = run_example(Example(title="", old=old, new=new, consumer=consumer), tmp_path / "a")

    assert result.told == []


@pytest.mark.parametrize(
    ("made_of", "severity"),
    [
        ("Level.low", "break"),
        ("Level.low.value", "warning"),
        ("level", "break"),
        ("level.value", "warning"),
    ],
)
def test_the_text_of_a_member(made_of: str, severity: str, tmp_path: Path) -> None:
    new = 'from enum import Enum\n\nclass Level(Enum):\n    low = "low"\n'
    old = new + "\n    def __str__(self):\n        return self.value\n"
    text = "f'a.{" + made_of + "}'"
    use = f"from provider import Level\n\ndef topic(level: Level):\n    return {text}\n"

    result = run_example(Example(title="", old=old, new=new, consumer=use), tmp_path / "a")

    found = [(finding.rule, str(finding.severity)) for finding in result.findings]
    assert found == [("enum-text-changed", severity)]


@pytest.mark.parametrize(
    "made", ['"%s" % Level.low', '"%d %s" % (1, Level.low)', '"{}".format(Level.low)']
)
def test_the_text_of_a_member_in_a_format_string(made: str, tmp_path: Path) -> None:
    new = 'from enum import Enum\n\nclass Level(Enum):\n    low = "low"\n'
    old = new + "\n    def __str__(self):\n        return self.value\n"
    use = f"from provider import Level\n\ndef topic():\n    return {made}\n"

    result = run_example(Example(title="", old=old, new=new, consumer=use), tmp_path / "a")

    found = [(finding.rule, str(finding.severity)) for finding in result.findings]
    assert found == [("enum-text-changed", "break")]


@pytest.mark.parametrize(
    ("method", "decorator", "made"),
    [("__str__", "@dataclass\n", "str(box)"), ("__repr__", "", "repr(box)")],
    ids=["a text that another method makes", "a text for people"],
)
def test_a_text(method: str, decorator: str, made: str, tmp_path: Path) -> None:
    new = f"from dataclasses import dataclass\n\n{decorator}class Box:\n    size: int = 0\n"
    old = f'{new}\n    def {method}(self):\n        return f"box {{self.size}}"\n'
    use = f"from provider import Box\n\ndef show(box: Box):\n    return {made}\n"

    result = run_example(Example(title="", old=old, new=new, consumer=use), tmp_path / "a")

    found = [(finding.rule, str(finding.severity)) for finding in result.findings]
    assert found == [("operation-lost", "warning")]


@pytest.mark.parametrize(
    ("line", "severity"),
    [
        pytest.param("return self.pool.get(name)", "warning", id="what may be a coroutine"),
        pytest.param("return self.found[name]", "break", id="what was the result before"),
        pytest.param("return f'{name}'", "break", id="a text"),
    ],
)
def test_a_coroutine_function_that_becomes_plain(line: str, severity: str, tmp_path: Path) -> None:
    old = (
        "class Client:\n    def __init__(self, pool):\n        self.pool = pool\n"
        "        self.found = {}\n\n"
        "    async def get(self, name):\n        return self.found[name]\n"
    )
    new = old.replace("async def", "def").replace("return self.found[name]", line)
    consumer = "from provider import Client\n\nasync def use(client: Client):\n"
    consumer += "    return await client.get('a')\n"

    result = run_example(Example(title="", old=old, new=new, consumer=consumer), tmp_path / "a")

    found = [(finding.rule, str(finding.severity)) for finding in result.findings]
    assert found == [("sync-async-changed", severity)]


@pytest.mark.parametrize(
    ("base", "severity"),
    [
        pytest.param("Lost", "break", id="the provider's own"),
        pytest.param("KeyError", "warning", id="a built-in one"),
    ],
)
def test_a_handler_around_calls_that_are_not_known(
    base: str, severity: str, tmp_path: Path
) -> None:
    new = (
        "class Lost(Exception):\n    pass\n\nclass Late(Exception):\n    pass\n\n"
        "class Box:\n    def get(self, name):\n        raise Late(name)\n"
    )
    old = new.replace("class Late(Exception)", f"class Late({base})")
    consumer = (
        "from provider import Box, Lost\n\ndef use(name):\n    return Box().get(name)\n\n"
        f"def read(other, name):\n    try:\n        return other.get(name)\n"
        f"    except {base}:\n        return None\n"
    )

    result = run_example(Example(title="", old=old, new=new, consumer=consumer), tmp_path / "a")

    found = [(finding.rule, str(finding.severity)) for finding in result.findings]
    assert found == [("exception-not-caught", severity)]


@pytest.mark.parametrize("taken", ["low = bounds()[0]", "low, *rest = bounds()"])
def test_a_tuple_that_is_longer_than_what_is_taken_of_it(taken: str, tmp_path: Path) -> None:
    old = "def bounds() -> tuple[int, str]:\n    raise NotImplementedError\n"
    new = old.replace("str]", "str, int]")
    use = f"from provider import bounds\n\ndef take():\n    {taken}\n    return low\n"

    result = run_example(Example(title="", old=old, new=new, consumer=use), tmp_path / "a")

    found = [(finding.rule, str(finding.severity)) for finding in result.findings]
    assert found == [("return-changed", "warning")]


def test_a_member_before_the_first_where_the_first_is_taken(tmp_path: Path) -> None:
    old = 'from enum import Enum\n\nclass Level(Enum):\n    low = "low"\n'
    new = old.replace("    low", '    off = "off"\n    low')
    use = "from provider import Level\n\ndef first():\n    return list(Level)[0]\n"

    result = run_example(Example(title="", old=old, new=new, consumer=use), tmp_path / "a")

    found = {(finding.rule, str(finding.severity)) for finding in result.findings}
    assert found == {("enum-order-changed", "break"), ("enum-member-added", "warning")}
