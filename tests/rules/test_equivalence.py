"""Changes that change nothing, and changes whose worth depends on who reads."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.rules.harness import examine_example, run_example

from contract_check.model.report import Direction, Severity
from contract_check.rules import Example

OLD = """
from typing import Literal, Optional
from pydantic import BaseModel, ConfigDict, Field

class Event(BaseModel):
    model_config = ConfigDict(frozen=True)
    name: str = Field(min_length=1)
    size: int = Field(gt=0)
    state: Literal["on", "off"] = "on"
    note: Optional[str] = None
"""
USER = """
from provider import Event

class Own(Event):
    own: int = 0

def make():
    return Own(name="a", size=1)
"""
SAME = {
    "fields in another order": OLD.replace(
        "    name: str = Field(min_length=1)\n    size: int = Field(gt=0)\n",
        "    size: int = Field(gt=0)\n    name: str = Field(min_length=1)\n",
    ),
    "titles and descriptions": OLD.replace("gt=0", 'gt=0, title="Size", description="How big"'),
    "a docstring": OLD.replace("(BaseModel):\n", '(BaseModel):\n    """An event."""\n\n'),
    "a base class inserted": OLD.replace(
        "class Event(BaseModel):\n    model_config = ConfigDict(frozen=True)\n"
        "    name: str = Field(min_length=1)\n",
        "class _Base(BaseModel):\n    model_config = ConfigDict(frozen=True)\n"
        "    name: str = Field(min_length=1)\n\nclass Event(_Base):\n",
    ),
    "a private attribute": OLD + "    _seen: int = 0\n",
    "a bound written otherwise": OLD.replace("gt=0", "ge=1"),
    "Literals in another order": OLD.replace('"on", "off"]', '"off", "on"]'),
    "a union written otherwise": OLD.replace("Optional[str]", "None | str"),
    "a validator that does nothing": OLD.replace("Field\n", "Field, field_validator\n")
    + '\n    @field_validator("name")\n    @classmethod\n'
    + "    def same(cls, value):\n        return value\n",
    "a serializer that does nothing": OLD.replace("Field\n", "Field, field_serializer\n")
    + '\n    @field_serializer("name")\n    def same(self, value) -> str:\n        return value\n',
}


@pytest.mark.parametrize("title", list(SAME))
def test_silence(title: str, tmp_path: Path) -> None:
    assert SAME[title] != OLD
    example = Example(title=title, old=OLD, new=SAME[title], consumer=USER, breaks=False)
    findings = run_example(example, tmp_path).findings
    assert [(found.rule, found.path, found.message) for found in findings] == []


def test_an_optional_field_breaks_readers_that_forbid_what_they_do_not_know(
    tmp_path: Path,
) -> None:
    closed = OLD.replace("frozen=True", "extra='forbid'")
    new = closed + '    source: str = "here"\n'
    example = Example(title="", old=closed, new=new, consumer=USER)
    (found,) = run_example(example, tmp_path).findings
    assert (found.rule, found.severity, found.path) == (
        "optional-field-added",
        Severity.BREAK,
        "source",
    )
    assert Direction.READ_BY_OLD in found.directions
    assert found.witness is not None
    assert found.witness.confirmed


def test_two_causes_that_one_payload_shows_are_two_findings(tmp_path: Path) -> None:
    new = OLD + "    source: str\n    target: int\n"
    example = Example(title="", old=OLD, new=new, consumer=USER)
    findings = run_example(example, tmp_path).findings
    assert [(found.rule, found.path) for found in findings] == [
        ("required-field-added", "source"),
        ("required-field-added", "target"),
    ]


def test_a_required_field_is_found_where_the_class_is_only_constructed(tmp_path: Path) -> None:
    user = "from provider import Event\n\n\ndef make():\n    return Event(name='a', size=1)\n"
    example = Example(title="", old=OLD, new=OLD + "    source: str\n", consumer=user)
    (found,) = run_example(example, tmp_path).findings
    assert found.rule == "required-field-added"
    assert found.location is not None
    assert (found.location.file, found.location.line) == ("consumer/__init__.py", 5)


def test_one_entry_of_a_common_base_is_one_finding(tmp_path: Path) -> None:
    old = """
from pydantic import BaseModel, ConfigDict

class _Base(BaseModel):
    model_config = ConfigDict()

class Event(_Base):
    name: str

class Other(_Base):
    size: int
"""
    user = "from provider import Event, Other\n\n\ndef make():\n    return Event(name='a')\n"
    new = old.replace("ConfigDict()", "ConfigDict(extra='forbid')")
    example = Example(title="", old=old, new=new, consumer=user)
    findings = run_example(example, tmp_path).findings
    assert [found.rule for found in findings] == ["extra-forbidden"]


def test_what_changes_beside_the_configuration_keeps_its_name(tmp_path: Path) -> None:
    old = OLD.replace("frozen=True", "")
    new = old.replace("ConfigDict()", "ConfigDict(extra='forbid')").replace("gt=0", "ge=9")
    example = Example(title="", old=old, new=new, consumer=USER)
    findings = run_example(example, tmp_path).findings
    assert sorted(found.rule for found in findings) == ["bound-tightened", "extra-forbidden"]


def test_the_same_failure_on_another_line_is_the_baselines_too(tmp_path: Path) -> None:
    fails = 'raise RuntimeError("needs another package")\n'
    kinds = 'from enum import Enum\n\nclass Kind(Enum):\n    A = "a"\n'
    example = Example(
        title="a module that fails with both moved down, and another one began to warn",
        old={"__init__.py": kinds, "testing.py": fails},
        new={
            "__init__.py": "import warnings\nwarnings.warn('old', DeprecationWarning)\n" + kinds,
            "testing.py": "# one\n# two\n" + fails,
        },
        consumer={
            "__init__.py": "from provider import Kind\n\nkinds = [Kind.A]\n",
            "testing.py": "import provider.testing\n",
        },
    )
    examined = examine_example(example, tmp_path)
    assert [item.rule for item in examined.judgement.findings if item.severity == "break"] == []
    assert any("needs another package" in item.reason for item in examined.judgement.preexisting)
