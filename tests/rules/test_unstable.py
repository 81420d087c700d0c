"""Values that differ from process to process say nothing about a provider."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.rules.harness import run_example

from contract_check.rules import Example

HEAD = """
import datetime, itertools, os, pathlib, random, socket, sys, tempfile, time, uuid, warnings
from typing import Any, Literal
from pydantic import BaseModel, Field, computed_field, field_serializer, field_validator
from pydantic import model_validator

WORDS = {"alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta"}
START = time.time()
TOKEN = uuid.uuid4()
COUNTER = itertools.count()
NUMBERS = random.Random()
HERE = pathlib.Path(__file__).parent

class Thing:
    pass

THING = Thing()

ODD, ONCE = itertools.count(), itertools.count()
"""
EVENT = """
class Event{number}(BaseModel):
    name: str = "a"
"""
FIELDS = {
    "a set": "words: set[str] = WORDS",
    "a frozen set": "words: frozenset[str] = frozenset(WORDS)",
    "a set in a list": "words: list[frozenset[str]] = [frozenset(WORDS)]",
    "a set as a list": "words: list[str] = Field(default_factory=lambda: list(WORDS))",
    "a set as a list, made at import": "words: list[str] = list(WORDS)",
    "a set as text": "words: str = str(WORDS)",
    "a set joined": "words: str = Field(default_factory=lambda: ','.join(WORDS))",
    "the keys of a dict made of a set": "words: dict[str, int] = dict.fromkeys(WORDS, 1)",
    "a set of classes": "words: Any = frozenset({int, str, float, Thing})",
    "a random id": "id: uuid.UUID = Field(default_factory=uuid.uuid4)",
    "a random id, made at import": "id: uuid.UUID = TOKEN",
    "a random id as text, made at import": "id: str = str(TOKEN)",
    "a random number": "number: float = Field(default_factory=NUMBERS.random)",
    "a clock": "at: float = Field(default_factory=time.time)",
    "a clock, read at import": "at: float = START",
    "a clock in whole seconds": "at: int = Field(default_factory=lambda: int(time.time()))",
    "a moment": "at: datetime.datetime = Field(default_factory=datetime.datetime.now)",
    "a counter": "number: int = Field(default_factory=COUNTER.__next__)",
    "a process id": "pid: int = Field(default_factory=os.getpid)",
    "a host": "host: str = Field(default_factory=socket.gethostname)",
    "a place": "here: pathlib.Path = HERE",
    "a place as text": "here: str = str(HERE / 'data.json')",
    "a prefix": "prefix: str = sys.prefix",
    "a path": "path: list[str] = sys.path",
    "a home": "home: str = os.path.expanduser('~/x')",
    "a folder": "folder: str = Field(default_factory=os.getcwd)",
    "a temporary folder": "folder: str = Field(default_factory=tempfile.gettempdir)",
    "a new folder": "folder: str = Field(default_factory=tempfile.mkdtemp)",
    "an object": "thing: Any = THING",
    "the address of an object": "thing: str = repr(THING)",
    "a hash": "hash: int = hash('a')",
    "an id": "id: int = id(THING)",
    "a computed clock": "@computed_field\n    @property\n"
    "    def at(self) -> float:\n        return time.time()",
    "a computed process id": "@computed_field\n    @property\n"
    "    def pid(self) -> int:\n        return os.getpid()",
    "a serializer that tells the process": "size: int = 0\n    @field_serializer('size')\n"
    "    def told(self, value):\n        return f'{value} in {os.getpid()}'",
    "a validator that refuses every other time": "size: int = 0\n"
    "    @field_validator('size')\n    @classmethod\n    def every(cls, value):\n"
    "        if next(ODD) % 2:\n            raise ValueError('not now')\n"
    "        return value",
    "a validator that refuses with a random id": "size: int = 0\n"
    "    @field_validator('size')\n    @classmethod\n    def refused(cls, value):\n"
    "        if value > 1:\n            raise ValueError(f'{uuid.uuid4()} {os.getpid()}')\n"
    "        return value",
    "a validator that warns once": "size: int = 0\n"
    "    @field_validator('size')\n    @classmethod\n    def warned(cls, value):\n"
    "        if not next(ONCE):\n            warnings.warn('once')\n"
    "        return value",
    "a validator that warns of the process": "size: int = 0\n"
    "    @field_validator('size')\n    @classmethod\n    def warned(cls, value):\n"
    "        warnings.warn(f'{os.getpid()} at {time.time()} in {HERE}')\n"
    "        return value",
    "a Literal made of a set": "size: Literal[tuple(WORDS)] = 'alpha'",
}
USER = """
from provider import Event{number}

class Own{number}(Event{number}):
    own: int = 0

def make{number}():
    return Own{number}(name="b")
"""
ONE, ITS_USER = HEAD + EVENT.format(number=""), USER.format(number="")


def test_equal_providers_are_equal(tmp_path: Path) -> None:
    """Each in a model of its own; the number in a finding is the field's in FIELDS."""
    models = [
        f"{EVENT.format(number=number)}    {text}\n" for number, text in enumerate(FIELDS.values())
    ]
    provider = HEAD + "".join(models)
    consumer = "".join(USER.format(number=number) for number in range(len(FIELDS)))
    example = Example(title="", old=provider, new=provider, consumer=consumer, breaks=False)
    assert run_example(example, tmp_path).told == []


def test_constants_made_at_import_are_equal(tmp_path: Path) -> None:
    names = "STARTED TOKENS PLACES SHUFFLED MOMENT".split()
    values = "time.time() (uuid.uuid4(),1) (str(HERE),1) tuple(WORDS) datetime.date.today()".split()
    lines = [f"{name} = {value}" for name, value in zip(names, values, strict=True)]
    inside = "".join(f"    {line}\n" for line in lines)
    provider = HEAD + "\n".join(lines) + f"\n\nclass Box:\n{inside}"
    used = ", ".join([*names, *(f"Box.{name}" for name in names)])
    consumer = f"from provider import Box, {', '.join(names)}\n\ndef use():\n    print({used})\n"
    example = Example(title="", old=provider, new=provider, consumer=consumer, breaks=False)
    assert run_example(example, tmp_path).told == []


def test_a_change_beside_unstable_values_is_proved(tmp_path: Path) -> None:
    fields = ("a set", "a clock", "a process id", "a place as text", "a set as text")
    unstable = [FIELDS[title].split(":", 1)[1] for title in fields]
    old = ONE + "".join(f"    field_{n}:{text}\n" for n, text in enumerate(unstable))
    new = old + (
        "    @field_serializer('name')\n    def told(self, value):\n        return value.upper()\n"
    )
    result = run_example(Example(title="", old=old, new=new, consumer=ITS_USER), tmp_path)
    assert {(found.rule, found.path) for found in result.findings} == {("dump-changed", "name")}
    assert [found.witness.confirmed for found in result.findings if found.witness] == [True]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('set[str] = {"alpha", "beta"}', 'set[str] = {"alpha", "gamma"}'),
        ("frozenset[int] = frozenset()", "frozenset[int] = frozenset({1})"),
        ("str = str(HERE / 'a.json')", "str = str(HERE / 'b.json')"),
        ("pathlib.Path = HERE / 'a.json'", "pathlib.Path = HERE / 'b.json'"),
        ("str = '~'", "str = '/root'"),
        ("int = 0", "int = Field(default_factory=os.getpid)"),
    ],
)
def test_another_default_is_proved(tmp_path: Path, before: str, after: str) -> None:
    old, new = (f"{ONE}    value: {text}\n" for text in (before, after))
    result = run_example(Example(title="", old=old, new=new, consumer=ITS_USER), tmp_path)
    assert [(found.rule, found.path) for found in result.findings] == [("default-changed", "value")]
    assert [found.witness.confirmed for found in result.findings if found.witness] == [True]


def test_sets_lose_nothing_of_a_sample(tmp_path: Path) -> None:
    provider = f"{ONE}    words: set[str]\n"
    contracts = """
[[contract]]
name = "event"
kind = "extends"
provider = "provider:Event"
consumer = "consumer:Own"
samples = [{name = "a", words = ["zeta", "alpha", "gamma", "beta", "alpha"]}]
"""
    example = Example(title="", new=provider, consumer=ITS_USER, contracts=contracts)
    assert run_example(example, tmp_path).told == []
