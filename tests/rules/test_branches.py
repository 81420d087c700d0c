"""A consumer that works with several versions of the provider is met where it runs."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.rules.harness import run_example

from contract_check.rules import Example

_OLD = "VERSION = (1, 0)\n__version__ = '1.0'\ndef old(x): return x\ndef send(x, old=1): return x\n"
_NEW = "VERSION = (2, 0)\n__version__ = '2.0'\ndef new(x): return x\ndef send(x, new=1): return x\n"

_HARMLESS = {
    "a version": """
        import provider
        if provider.VERSION >= (2, 0):
            from provider import new as work
        else:
            from provider import old as work
        work(1)
        """,
    "a version's text, taken apart": """
        import provider
        if tuple(int(part) for part in provider.__version__.split(".")) < (2,):
            from provider import old
        """,
    "a flag of the module": """
        import provider
        IS_OLD = hasattr(provider, "old")
        def go():
            if IS_OLD:
                return provider.old(1)
            return provider.new(1)
        """,
    "a flag that is true with either version": """
        import re
        import provider
        _FOUND = tuple([int(x) for x in re.findall("[0-9]+", provider.__version__)])
        SINCE_1 = _FOUND >= (1, 0)
        def go():
            if SINCE_1:
                return 1
            return provider.old(1)
        """,
    "a flag that a guarded import sets": """
        try:
            import provider
            HAS = True
        except ImportError:
            HAS = False
        def go():
            if not HAS:
                return provider.old(1)
        """,
    "a name that is asked for in a function": """
        import provider
        def go():
            if hasattr(provider, "old"):
                return provider.old(1)
            return provider.new(1)
        """,
    "a class in each branch": """
        import provider
        if provider.VERSION[0] == 1:
            class Own(provider.old): pass
        """,
    "the new name first": """
        try:
            from provider import new as work
        except ImportError:
            from provider import old as work
        """,
    "another way to call": """
        from provider import send
        def go():
            try:
                return send(1, new=2)
            except TypeError:
                return send(1, old=2)
        """,
    "another way to call, the old one first": """
        from provider import send
        def go():
            try:
                return send(1, old=2)
            except TypeError:
                return send(1, new=2)
        """,
}
_NEVER_RUN = {
    "after a return": """
        import provider
        def go():
            return provider.new(1)
            return provider.old(1)
        """,
    "if False": """
        import provider
        if False:
            provider.old(1)
        def go():
            return provider.new(1)
        """,
    "one line that asks": """
        import provider
        def go():
            return provider.old(1) if hasattr(provider, "old") else provider.new(1)
        """,
    "one condition that asks": """
        import provider
        def go():
            return hasattr(provider, "old") and provider.old(1)
        """,
    "a module imported by its name, with a fallback": """
        import importlib
        def go():
            try:
                return importlib.import_module("provider.gone").work()
            except ImportError:
                return None
        """,
}
_MANY_OLD = """
import asyncio
class Clock:
    @property
    def now(self) -> int: return 1
class Fs:
    protocol = "s3"
def clock() -> Clock: return Clock()
async def load(): return 1
def step() -> tuple[int, float, dict]: return 1, 0.5, {}
"""
_MANY_NEW = """
class Clock:
    def now(self) -> int: return 1
class Fs:
    protocol = ("s3", "s3a")
def clock() -> Clock: return Clock()
def load(): return 1
def step() -> tuple[int, float, bool, dict]: return 1, 0.5, True, {}
"""
_ASKED = {
    "whether it can be called": """
        from provider import clock
        def age(start):
            now = clock().now
            return (now() if callable(now) else now) - start
        """,
    "which type it has": """
        from provider import Fs
        def url(path):
            name = Fs.protocol if isinstance(Fs.protocol, str) else Fs.protocol[0]
            return name.upper() + path
        """,
    "which type it has, and leaves": """
        from provider import Fs
        def url(path):
            if not isinstance(Fs.protocol, str):
                return Fs.protocol[0] + path
            return Fs.protocol.upper() + path
        """,
    "whether it is awaited": """
        import inspect
        from provider import load
        async def start():
            found = load()
            if inspect.isawaitable(found):
                found = await found
            return found
        """,
    "for the first items alone": """
        from provider import step
        def run():
            first, *rest = step()
            return first
        """,
}
_TAKEN_FOR_GRANTED = {
    "that it is a property": "from provider import clock\ndef age(start):\n"
    "    return clock().now - start\n",
    "which type it has": "from provider import Fs\ndef url(path):\n"
    "    return Fs.protocol.upper() + path\n",
    "that it is awaited": "from provider import load\nasync def start():\n"
    "    return await load()\n",
    "how many items there are": "from provider import step\ndef run():\n"
    "    first, reward, info = step()\n    return first\n",
}
_BREAKING = {
    "a setting is no version": """
        import provider
        DEBUG = False
        def go():
            if DEBUG:
                return provider.old(1)
        """,
    "what a function of the provider's came to": """
        import provider
        SENT = provider.send(0)
        def go():
            if SENT:
                return provider.old(1)
        """,
    "a version of the consumer's own": """
        import provider
        CONFIG_VERSION = 1
        def go():
            if CONFIG_VERSION > 1:
                return provider.old(1)
        """,
    "the branch that runs": """
        import provider
        if provider.VERSION >= (1, 0):
            from provider import old
        """,
    "a function's own names": """
        import provider
        def go(version):
            if version < 2:
                return provider.old(1)
        """,
    "a handler that does something else": """
        from provider import send
        def go():
            try:
                return send(1, old=2)
            except TypeError:
                raise RuntimeError("no")
        """,
}


@pytest.mark.parametrize("consumer", _HARMLESS.values(), ids=_HARMLESS)
def test_a_branch_that_the_candidate_does_not_run(consumer: str, tmp_path: Path) -> None:
    example = Example(title="", old=_OLD, new=_NEW, consumer=consumer)

    result = run_example(example, tmp_path)

    assert result.breaks == [], result.told


@pytest.mark.parametrize("consumer", _BREAKING.values(), ids=_BREAKING)
def test_a_branch_that_it_may_run(consumer: str, tmp_path: Path) -> None:
    example = Example(title="", old=_OLD, new=_NEW, consumer=consumer)

    result = run_example(example, tmp_path)

    assert len(result.breaks) == 1, result.told


@pytest.mark.parametrize("consumer", _ASKED.values(), ids=_ASKED)
def test_a_value_whose_kind_is_asked_for(consumer: str, tmp_path: Path) -> None:
    example = Example(title="", old=_MANY_OLD, new=_MANY_NEW, consumer=consumer)

    result = run_example(example, tmp_path)

    assert result.breaks == [], result.told


@pytest.mark.parametrize("consumer", _TAKEN_FOR_GRANTED.values(), ids=_TAKEN_FOR_GRANTED)
def test_a_value_whose_kind_is_taken_for_granted(consumer: str, tmp_path: Path) -> None:
    example = Example(title="", old=_MANY_OLD, new=_MANY_NEW, consumer=consumer)

    result = run_example(example, tmp_path)

    assert len(result.breaks) == 1, result.told


@pytest.mark.parametrize("consumer", _NEVER_RUN.values(), ids=_NEVER_RUN)
def test_lines_that_never_run(consumer: str, tmp_path: Path) -> None:
    old = {"__init__.py": _OLD + "def new(x): return x\n", "gone.py": "def work(): return 1\n"}
    example = Example(title="", old=old, new=_NEW, consumer=consumer)

    result = run_example(example, tmp_path)

    assert result.breaks == [], result.told


def test_an_enum_that_is_no_text_any_more_where_its_value_is_read(tmp_path: Path) -> None:
    example = Example(
        title="",
        old="from enum import Enum\nclass Level(str, Enum):\n    low = 'low'\n",
        new="from enum import Enum\nclass Level(Enum):\n    low = 'low'\n",
        consumer="from provider import Level\ndef url():\n    return 'x-' + Level.low.value\n",
    )

    result = run_example(example, tmp_path, compatibility=None)

    assert result.breaks == [], result.told


def test_a_model_that_becomes_a_typed_dictionary(tmp_path: Path) -> None:
    example = Example(
        title="",
        old="from pydantic import BaseModel\nclass Usage(BaseModel):\n    tokens: int = 0\n"
        "def usage() -> Usage: return Usage()\n",
        new="from typing import TypedDict\nclass Usage(TypedDict):\n    tokens: int\n"
        "def usage() -> Usage: return {'tokens': 0}\n",
        consumer="from provider import usage\ndef tokens():\n    return usage().tokens\n",
    )

    result = run_example(example, tmp_path, compatibility=None)

    (finding,) = result.breaks
    assert finding.location is not None
    assert finding.location.line == 3


def test_a_value_that_the_consumer_looks_up_and_no_member_has_any_more(tmp_path: Path) -> None:
    example = Example(
        title="",
        old="from enum import Enum\nclass Level(Enum):\n    high = 'high'\n",
        new="from enum import Enum\nclass Level(Enum):\n    high = 'hi'\n",
        consumer="from provider import Level\ndef go():\n    return Level('high')\n",
    )

    result = run_example(example, tmp_path, compatibility=None)

    assert [finding.rule for finding in result.breaks] == ["enum-value-changed"], result.told


_FIELDS_OLD = """
from pydantic import BaseModel
class Batch(BaseModel):
    rows: list[int]
class Link(BaseModel):
    url: str
class Key(BaseModel):
    token: str
"""
_FIELDS_NEW = """
from pydantic import BaseModel, SecretStr
class Batch(BaseModel):
    rows: tuple[int, ...]
class Link(BaseModel):
    url: int
class Key(BaseModel):
    token: SecretStr
"""


@pytest.mark.parametrize(
    ("line", "breaks"),
    [
        ("return len(batch.rows)", 0),
        ("return [row for row in batch.rows]", 0),
        ("batch.rows.append(1)", 1),
        ("return batch.rows + [1]", 1),
        ("return f'{link.url}/x'", 0),
        ("return link.url.rstrip('/')", 1),
        ("return Key(token='secret')", 0),
        ("return Key(token='secret').token.strip()", 1),
    ],
)
def test_what_is_done_with_a_field_of_another_type(line: str, breaks: int, tmp_path: Path) -> None:
    example = Example(
        title="",
        old=_FIELDS_OLD,
        new=_FIELDS_NEW,
        consumer="from provider import Batch, Key, Link\n"
        f"def go(batch: Batch, link: Link):\n    {line}\n",
    )

    result = run_example(example, tmp_path, compatibility=None)

    assert len(result.breaks) == breaks, result.told
