"""Which directions count as breaks, for declared contracts and for found ones."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.rules.harness import examine_example

from contract_check.model.contracts import Compatibility
from contract_check.model.report import Finding, Verdict
from contract_check.rules import Example

_OLD = """
from pydantic import BaseModel, Field

class Item(BaseModel):
    name: str
    size: int = 0
"""
_READS_OLD = _OLD.replace("size: int = 0", "size: int = Field(0, le=10)")
_READ_BY_OLD = _OLD.replace("Field", "AliasChoices, Field").replace(
    "size: int = 0",
    "size: int = Field(0, serialization_alias='length', "
    "validation_alias=AliasChoices('size', 'length'))",
)
_CONSUMER = """
from provider import Item

def read(text):
    return Item.model_validate_json(text).name
"""
_DECLARED = """
[[contract]]
name = "item"
kind = "uses"
provider = "provider:Item"
"""


@pytest.mark.parametrize("declared", [True, False], ids=["declared", "found"])
@pytest.mark.parametrize(
    ("asked", "reads_old", "read_by_old"),
    [
        ("source", 0, 0),
        ("backward", 1, 0),
        ("forward", 0, 1),
        ("full", 1, 1),
        (None, None, None),
    ],
)
def test_one_change_of_a_payload(
    asked: Compatibility | None,
    reads_old: int | None,
    read_by_old: int | None,
    declared: bool,
    tmp_path: Path,
) -> None:
    """By default all directions of a declared contract count, and of a found one its code alone."""
    for name, new, expected in (
        ("reads-old", _READS_OLD, reads_old),
        ("read-by-old", _READ_BY_OLD, read_by_old),
    ):
        verdict, finding = _judged(new, declared, asked, tmp_path / name)
        wanted = int(declared) if expected is None else expected
        assert (verdict is Verdict.BREAK) == bool(wanted), (name, finding)
        assert name in finding.directions
        assert finding.severity == ("break" if wanted else "warning")


def _judged(
    new: str, declared: bool, asked: Compatibility | None, folder: Path
) -> tuple[Verdict, Finding]:
    folder.mkdir()
    example = Example(
        title="", old=_OLD, new=new, consumer=_CONSUMER, contracts=_DECLARED if declared else ""
    )
    judgement = examine_example(example, folder, compatibility=asked).judgement
    (finding,) = judgement.findings
    (contract,) = judgement.contracts
    default = "full" if declared else "source"
    assert (contract.declared, contract.compatibility) == (declared, asked or default)
    return judgement.verdict, finding


_DETAILS = """
from pydantic import BaseModel, ConfigDict

class Details(BaseModel):
    model_config = ConfigDict(extra="allow")
    cached: int
    kind: str = ""
"""
_MAPPER = """
from provider import Details

def empty():
    return Details(cached=0)

def some(count):
    return Details(cached=count)

def any(**rest):
    return Details(**rest)
"""


def test_every_line_that_leaves_out_a_new_field_is_a_place_of_one_break(tmp_path: Path) -> None:
    example = Example(title="", old=_DETAILS, new=_DETAILS + "    written: int\n", consumer=_MAPPER)
    judgement = examine_example(example, tmp_path, compatibility=None).judgement
    (found,) = judgement.findings
    assert (found.rule, found.severity) == ("required-field-added", "break")
    assert [place.line for place in found.locations] == [5, 8]
    assert found.location == found.locations[0]


@pytest.mark.parametrize(
    ("change", "line", "severity"),
    [
        (("cached: int", "cached: int = 0"), "item.cached", "warning"),
        (("    cached: int\n", ""), "item.cached", "break"),
        (("    cached: int\n", ""), "item.kind", "warning"),
        (("cached: int", "cached: str"), "item.cached", "break"),
        (("cached: int", "cached: str"), "print(item)", "warning"),
        (("cached: int\n", "cached: int\n    more: int = 0\n"), "item.cached", None),
        (("cached: int\n", "cached: int\n    more: int\n"), "item.cached", "warning"),
    ],
    ids=[
        "a default is added",
        "a field that is read goes",
        "a field that nobody reads goes",
        "another type of what is read",
        "another type of what nobody reads",
        "a field is added to an open model",
        "a required field is added to what nobody makes",
    ],
)
def test_a_found_model_breaks_what_a_line_meets(
    change: tuple[str, str], line: str, severity: str | None, tmp_path: Path
) -> None:
    consumer = f"from provider import Details\n\ndef take(item: Details):\n    return {line}\n"
    example = Example(title="", old=_DETAILS, new=_DETAILS.replace(*change), consumer=consumer)
    found = examine_example(example, tmp_path, compatibility=None).judgement.findings
    worth = {item.severity for item in found} - {"info"}
    assert worth == ({severity} if severity else set()), found
    if severity == "break":
        assert [place.line for item in found for place in item.locations] == [4]
