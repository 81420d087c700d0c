"""One cause is one finding with all its places; two causes are two."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.rules.harness import examine_example, run_example

from contract_check.judge.gather import gathered
from contract_check.model.report import Direction, Finding, Severity, SuppressedBy
from contract_check.rules import Example

OLD = """
from enum import Enum
from typing import Literal
from pydantic import BaseModel, Field

State = Literal["on", "off", "idle"]

class Level(str, Enum):
    low = "low"
    high = "high"

class Part(BaseModel):
    name: str
    state: State = "on"
    notes: dict[str, str] = {}

class Event(BaseModel):
    name: str
    state: State = "on"
    level: Level = Level.low
    parts: list[Part] = []

class Bus:
    def publish(self, name, *, key=None):
        return name

class OtherBus(Bus):
    def publish(self, name, *, key=None):
        return name

def make_bus(other: bool = False) -> Bus | OtherBus:
    return OtherBus() if other else Bus()
"""
USER = """
from provider import Event, Level, Part, make_bus

class Own(Event):
    own: str = ""

def make():
    make_bus().publish("a", key="b")
    return Own(name="a", level=Level.high, parts=[Part(name="b")])

def is_low(event: Event):
    return event.level is Level.low
"""
_WRAPPED = """
    @model_serializer(mode="wrap")
    def wrapped(self, handler):
        return {"event": handler(self)}

class Bus:"""
_FLAT = """
    @field_serializer("notes", when_used="json")
    def pairs(self, value):
        return [f"{key}={text}" for key, text in value.items()]

class Event(BaseModel):"""
_PARTS = "    parts: list[Part] = []\n"
_CHANGES = {
    "a serializer of the whole model": (
        (("import BaseModel", "import BaseModel, model_serializer"), ("\nclass Bus:", _WRAPPED)),
        "dump-changed",
        {"Event.name", "Event.state", "Event.level", "Event.parts", "Own.own"},
    ),
    "an alias that two models use": (
        (('"off", "idle"', '"off"'),),
        "literal-narrowed",
        {"Event.state", "Part.state"},
    ),
    "a field that holds other models": (((_PARTS, ""),), "field-removed", {"Event.parts"}),
    "members in capitals": (
        (("    low =", "    LOW ="), ("    high =", "    HIGH ="), (".low", ".LOW")),
        "enum-member-renamed",
        {"Level.low", "Level.high"},
    ),
    "a method of a class and of what stands in for it": (
        (("key=None", "partition=None"),),
        "call-no-longer-binds",
        {"Bus.publish", "OtherBus.publish"},
    ),
    "a constructor": (
        (
            (
                "\nclass Event",
                "\n    def __init__(self, name, /, **values):\n"
                "        super().__init__(name=name, **values)\n\nclass Event",
            ),
        ),
        "constructor-changed",
        {"Part"},
    ),
    "JSON that is not read back": (
        (
            ("import BaseModel", "import BaseModel, field_serializer"),
            ("\nclass Event(BaseModel):", _FLAT),
        ),
        "json-changed",
        {"Part.notes"},
    ),
    "a limit on all texts": (
        (("class Event(BaseModel):", "class Event(BaseModel, str_max_length=3):"),),
        "length-tightened",
        {"Event.name", "Own.own"},
    ),
}


def _places(finding: Finding) -> set[str]:
    spots = [(finding.subject, finding.path), *((spot.subject, spot.path) for spot in finding.also)]
    return {f"{subject.rpartition(':')[2]}{f'.{path}' if path else ''}" for subject, path in spots}


def _changed(*edits: tuple[str, str]) -> str:
    new = OLD
    for old, text in edits:
        assert old in new
        new = new.replace(old, text)
    return new


@pytest.mark.parametrize("title", list(_CHANGES))
def test_one_cause_is_one_finding(title: str, tmp_path: Path) -> None:
    edits, rule, places = _CHANGES[title]
    example = Example(title=title, old=OLD, new=_changed(*edits), consumer=USER)
    judgement = examine_example(example, tmp_path).judgement
    told = [(found.rule, found.severity) for found in judgement.findings]
    assert told == [(rule, Severity.BREAK)], judgement.findings
    (found,) = judgement.findings
    assert _places(found) == places
    assert all(place in found.message for place in places)
    assert found.witness is not None
    assert found.witness.confirmed
    named = {item.name: item.checks for item in judgement.contracts if item.status == "failed"}
    assert {found.contract, *(spot.contract for spot in found.also)} <= set(named)
    for name, checks in named.items():
        assert {one for check in checks for one in check.findings} == {found.id}, name


def test_two_causes_are_two_findings(tmp_path: Path) -> None:
    """A field that holds other models goes, and those models change as well."""
    new = _changed(
        (_PARTS, ""), ("notes: dict[str, str] = {}", "notes: dict[str, str] = Field(max_length=1)")
    )
    found = run_example(Example(title="", old=OLD, new=new, consumer=USER), tmp_path)
    assert {(item.rule, item.path) for item in found.breaks} == {
        ("field-removed", "parts"),
        ("field-became-required", "notes"),
    }, found.told


def _finding(identifier: str, path: str, **more: object) -> Finding:
    return Finding.model_validate(
        {
            "id": identifier,
            "rule": "dump-changed",
            "severity": Severity.BREAK,
            "directions": (Direction.READ_BY_OLD,),
            "contract": "event",
            "subject": "core:Event",
            "path": path,
            "message": f"Event.{path} changed",
            "hint": "",
            **more,
        }
    )


def test_what_policy_treats_apart_is_told_apart() -> None:
    """A suppression of one place does not hide the others of the same cause."""
    agreed = SuppressedBy(reason="agreed")
    findings = [
        _finding("1", "size", suppressed=agreed),
        _finding("2", "name"),
        _finding("3", "note"),
        _finding("4", "kind", severity=Severity.WARNING),
    ]
    told = gathered(findings, dict.fromkeys("1234", "core:Event"))
    assert [(item.path, item.suppressed, [spot.path for spot in item.also]) for item in told] == [
        ("size", agreed, []),
        ("name", None, ["note"]),
        ("kind", None, []),
    ]
    assert told[1].message == "Event.name changed; likewise Event.note"


def test_a_validator_that_remembers_is_proved_by_reading_twice(tmp_path: Path) -> None:
    new = _changed(
        ("import BaseModel", "import BaseModel, model_validator"),
        (
            "\nclass Bus:",
            """
    @model_validator(mode="after")
    def once(self):
        if self.name in _seen:
            raise ValueError("seen before")
        _seen.add(self.name)
        return self

_seen = set()

class Bus:""",
        ),
    )
    result = run_example(Example(title="", old=OLD, new=new, consumer=USER), tmp_path)
    (found,) = result.findings
    assert (found.rule, found.severity) == ("payload-rejected", Severity.BREAK), result.told


_TAGGED = """
from typing import Annotated, Literal, Union
from pydantic import BaseModel, Field

class Cat(BaseModel):
    kind: Literal["cat"] = "cat"
    age: int = 0

class Dog(BaseModel):
    kind: Literal["dog"] = "dog"

class House(BaseModel):
    pets: list[Annotated[Union[Cat, Dog], Field(discriminator="kind")]] = []
"""
_ITS_USER = """
from provider import Cat, House

def make():
    return House(pets=[Cat()])

def read(data):
    return House.model_validate(data).pets
"""


def test_a_changed_tag_explains_the_union_that_refuses_it(tmp_path: Path) -> None:
    new = _TAGGED.replace('Literal["cat"] = "cat"', 'Literal["puss"] = "puss"')
    result = run_example(Example(title="", old=_TAGGED, new=new, consumer=_ITS_USER), tmp_path)
    told = [(item.rule, item.severity, item.path) for item in result.findings]
    assert told == [("literal-narrowed", Severity.BREAK, "kind")], result.told
