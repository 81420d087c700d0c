"""What can't be followed or replayed is listed as unchecked, where the consumer uses it."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.rules.harness import examine_example, run_example

from contract_check.rules import Example

_PROVIDER = """
from pydantic import Field
from pydantic.dataclasses import dataclass

@dataclass
class Point:
    x: int = Field(0, ge=0)

class Box:
    size = 1
"""
_NO_NAME = "with a name that is only known when it runs was not followed"
_MODULE = f"an import of a module {_NO_NAME}"
_ATTRIBUTE = "getattr({}, ...) " + _NO_NAME


@pytest.mark.parametrize(
    ("body", "listed"),
    [
        ("return getattr(provider, name)", _ATTRIBUTE.format("provider")),
        ("return getattr(provider.Box(), name, None)", _ATTRIBUTE.format("provider.Box()")),
        ("return import_module(name)", _MODULE),
        ('return import_module(f"provider.{name}")', _MODULE),
        ('return import_module("provider." + name)', _MODULE),
        ("return getattr(provider, 'Box')", None),
        ("return getattr(name, name)", None),
        ('return import_module(f"other.{name}")', None),
        ('return import_module(f"{__name__}.{name}")', None),
        ("return import_module(name, 'consumer')", None),
    ],
)  # fmt: skip
def test_names_that_are_computed(body: str, listed: str | None, tmp_path: Path) -> None:
    consumer = (
        f"from importlib import import_module\nimport provider\n\ndef use(name):\n    {body}\n"
    )
    example = Example(title="", old=_PROVIDER, new=_PROVIDER, consumer=consumer)

    judgement = examine_example(example, tmp_path / "example").judgement

    wanted = [] if listed is None else [("consumer/__init__.py:5", listed)]
    assert [(item.subject, item.reason) for item in judgement.unchecked] == wanted
    assert judgement.findings == ()


@pytest.mark.parametrize(("line", "listed"), [("return Point(1)", True), ("return Box()", False)])
def test_a_dataclass_of_pydantics(line: str, listed: bool, tmp_path: Path) -> None:
    consumer = f"from provider import Box, Point\n\ndef use():\n    {line}\n"
    example = Example(title="", old=_PROVIDER, new=_PROVIDER, consumer=consumer)

    judgement = examine_example(example, tmp_path / "example").judgement

    assert [item.subject for item in judgement.unchecked] == ["provider:Point"] * listed


def test_a_proxy_that_refuses_everything_outside_of_a_request_is_left_alone(
    tmp_path: Path,
) -> None:
    old = """
    class Proxy:
        def __getattr__(self, name):
            raise RuntimeError("outside of a request")

    request = Proxy()

    def path():
        return request.path

    class Handler:
        def path(self):
            return request.path
    """
    new = old.replace("def path():", "def path(kind=None):")
    consumer = "from provider import Handler, path\n\ndef use():\n    return path(), Handler()\n"

    result = run_example(Example(title="", old=old, new=new, consumer=consumer), tmp_path / "a")

    assert result.told == []
