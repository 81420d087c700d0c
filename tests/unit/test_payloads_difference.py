"""Documents on which two versions of a schema disagree."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, Literal

import jsonschema_rs
import pytest
from pydantic import BaseModel, Field, create_model

from contract_check.payloads import from_difference


def model(**fields: Any) -> dict[str, Any]:
    made: type[BaseModel] = create_model("M", **fields)
    return made.model_json_schema()


def level(*values: str) -> Any:
    return StrEnum("Level", [(value, value) for value in values])


def node(**limits: Any) -> dict[str, Any]:
    class Node(BaseModel):
        value: int = Field(**limits)
        children: list[Node] = []

    return Node.model_json_schema()


class Component(BaseModel):
    state: Literal["up", "down"]


class Narrow(BaseModel):
    state: Literal["up"]


class Wider(BaseModel):
    state: Literal["up"]
    zone: int


Schema = dict[str, Any]
ROWS: dict[str, tuple[Schema, Schema, set[str], set[str]]] = {
    # old, new, places where only old admits, places where only new admits
    "bound tightened": (model(n=(int, Field(ge=0))), model(n=(int, Field(ge=5))), {"n"}, set()),
    "bound loosened": (model(n=(int, Field(le=5))), model(n=(int, Field(le=9))), set(), {"n"}),
    "length": (
        model(s=(str, ...)), model(s=(str, Field(max_length=4))), {"s"}, set()),
    "pattern": (
        model(s=(str, Field(pattern="^[a-z]+$"))),
        model(s=(str, Field(pattern="^[a-z]{2,4}$"))), {"s"}, set()),
    "enum value replaced": (
        model(x=(level("ok", "soft"), ...)), model(x=(level("ok", "hard"), ...)), {"x"}, {"x"}),
    "null removed": (model(s=(str | None, None)), model(s=(str, "")), {"s"}, set()),
    "type changed": (model(x=(int, ...)), model(x=(str, ...)), {"x"}, {"x"}),
    "nested": (
        model(c=(Component, ...), cs=(list[Component], [])),
        model(c=(Narrow, ...), cs=(list[Narrow], [])),
        {"c.state", "cs.0.state", "cs.1.state"}, set()),
    "recursive": (node(), node(ge=0), {"value", "children.0.value"}, set()),
    "format": (
        model(s=(str, ...)), {"type": "object", "properties":
            {"s": {"type": "string", "format": "date-time"}}, "required": ["s"]}, {"s"}, set()),
    "library can't compile the pattern": (
        {"type": "object", "properties": {"x": {"enum": [1, 2]}, "p": {"pattern": "(?P<a"}}},
        {"type": "object", "properties": {"x": {"enum": [1]}, "p": {"pattern": "(?P<a"}}},
        {"x"}, set()),
}  # fmt: skip


def places(payloads: Any, slug: str) -> set[str]:
    return {field for p in payloads if f"-{slug}-" in p.id for field in p.fields}


@pytest.mark.parametrize("row", ROWS)
def test_the_places_of_a_difference(row: str) -> None:
    old, new, old_only, new_only = ROWS[row]
    payloads = from_difference(old, new, model="m:M")
    assert places(payloads, "old-only") == old_only
    assert places(payloads, "new-only") == new_only
    assert payloads == from_difference(old, new, model="m:M")
    assert {p.expect for p in payloads} == {"unknown"}


@pytest.mark.parametrize("row", [row for row in ROWS if "can't" not in row])
def test_every_document_is_admitted_by_one_side_and_refused_by_the_other(row: str) -> None:
    old, new, *_ = ROWS[row]
    accepts = [jsonschema_rs.validator_for(s, validate_formats=True).is_valid for s in (old, new)]
    for payload in from_difference(old, new, model="m:M"):
        expected = [True, False] if payload.id.startswith("M-old-only-") else [False, True]
        assert [accept(payload.data) for accept in accepts] == expected


def test_a_required_field_added_is_seen_at_its_parent() -> None:
    payloads = from_difference(model(c=(Narrow, ...)), model(c=(Wider, ...)), model="m:M")
    assert places(payloads, "old-only") == {"c", "c.zone"}


def test_the_difference_itself_comes_first_and_says_which_side() -> None:
    old, new, *_ = ROWS["bound tightened"]
    first = from_difference(old, new, model="m:M")[0]
    assert first.id == "M-old-only-n-made"
    assert first.origin == "n: made of the difference, which the old schema alone admits"
    assert first.data in ({"n": 1}, {"n": 2}, {"n": 3})


def test_the_limit_holds() -> None:
    old, new, *_ = ROWS["type changed"]
    assert len(from_difference(old, new, model="m:M", limit=3)) == 3


SAME: list[tuple[dict[str, Any], dict[str, Any]]] = [
    (model(n=(int, Field(gt=0))), model(n=(int, Field(ge=1)))),
    (model(n=(int, Field(description="a"))), model(n=(int, Field(description="b")))),
    ({"type": "strin"}, {"type": "object"}),
    ({"$ref": "#/$defs/x"}, {}),
    ({}, {}),
]


@pytest.mark.parametrize(("old", "new"), SAME)
def test_no_difference_and_odd_schemas_give_nothing(old: Any, new: Any) -> None:
    assert from_difference(old, new, model="m:M") == ()
