"""What only the candidate has a name for was written by nobody, however deep in a payload it is."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, RootModel
from tests.rules.harness import run_example
from typing_extensions import TypedDict

from contract_check.payloads import NewNames
from contract_check.rules import Example

HEAD = """
from dataclasses import dataclass
from typing import Annotated, Literal, NamedTuple, NotRequired, TypedDict
import pydantic
from pydantic import BaseModel, Field, RootModel
"""
MODEL = "class A(BaseModel):\n    k: int\n"
STANDARD = "@dataclass\nclass A:\n    k: int\n"
VALIDATED = "@pydantic.dataclasses.dataclass\nclass A:\n    k: int\n"
KEYS = "class A(TypedDict):\n    k: int\n"
FIELD, KEY = "    z: int = 0\n", "    z: NotRequired[int]\n"
ARMS = """
class Other(BaseModel):
    t: Literal["other"] = "other"
    text: str

class A(BaseModel):
    t: Literal["a"] = "a"
    k: int
"""
ROOT = "class L(RootModel[{}]):\n    pass\n"
HOLDER = "class L(BaseModel):\n    x: {}\n"
TAGGED = 'Annotated[A | Other, Field(discriminator="t")]'
USER = "from provider import A, L\n\ndef use():\n    return L({}).{}\n"
IN_ROOT, IN_FIELD = USER.format("[A(k=1)]", "root"), USER.format("x=A(k=1)", "x")
IN_LIST = USER.format("x=[A(k=1)]", "x")
HEIR = "from provider import A, L\n\nclass Own(L):\n    pass\n\nOwn([A(k=1)])\n"

ROWS = {
    "a list is the root": (MODEL, FIELD, ROOT.format("list[A]"), IN_ROOT),
    "a mapping is the root": (
        MODEL, FIELD, ROOT.format("dict[str, A]"), IN_ROOT.replace("[A(k=1)]", '{"a": A(k=1)}')),
    "the consumer derives from the root": (MODEL, FIELD, ROOT.format("list[A]"), HEIR),
    "a dataclass": (STANDARD, FIELD, HOLDER.format("A"), IN_FIELD),
    "dataclasses of Pydantic's": (VALIDATED, FIELD, HOLDER.format("list[A]"), IN_LIST),
    "a dataclass or nothing": (STANDARD, FIELD, HOLDER.format("A | None"), IN_FIELD),
    "a TypedDict": (KEYS, KEY, HOLDER.format("A"), IN_FIELD),
    "an arm by its tag": (ARMS, FIELD, HOLDER.format(TAGGED), IN_FIELD),
    "an arm by what fits": (ARMS, FIELD, HOLDER.format("Other | A"), IN_FIELD),
    "an arm, or a list of it": (ARMS, FIELD, HOLDER.format("list[A] | A"), IN_LIST),
}  # fmt: skip


@pytest.mark.parametrize("name", ROWS)
def test_a_new_optional_field_of_what_a_model_holds_breaks_nothing(
    name: str, tmp_path: Path
) -> None:
    held, added, holder, consumer = ROWS[name]
    result = run_example(
        Example(
            title=name,
            old=HEAD + held + "\n" + holder,
            new=HEAD + held + added + "\n" + holder,
            consumer=consumer,
        ),
        tmp_path,
    )
    assert {(item.rule, item.severity) for item in result.findings} <= {
        ("optional-field-added", "info")
    }, result.told


@pytest.mark.parametrize(
    ("old", "new", "value"),
    [("A", "A | B", "A(k=1)"), ("A | None", "A | B | None", "A(k=1)"),
     ("list[A]", "list[A | B]", "[A(k=1)]")],
)  # fmt: skip
def test_another_model_beside_that_of_a_field_is_one_warning(
    old: str, new: str, value: str, tmp_path: Path
) -> None:
    both = HEAD + MODEL + "\nclass B(BaseModel):\n    z: str\n\nclass H(BaseModel):\n    item: "
    consumer = f"from provider import A, H\n\ndef use():\n    return H(item={value}).item\n"
    result = run_example(
        Example(title=new, old=both + old, new=both + new, consumer=consumer), tmp_path
    )
    assert [(item.rule, item.severity, item.path) for item in result.findings] == [
        ("type-widened", "warning", "item")
    ], result.told


@pytest.mark.parametrize("holder", ["", HOLDER.format("V")], ids=["itself", "held"])
def test_a_root_that_takes_more_is_a_warning(holder: str, tmp_path: Path) -> None:
    name, value = ("L", "x=V(1)") if holder else ("V", "1")
    consumer = f"from provider import {name}, V\n\ndef use():\n    return {name}({value})\n"
    old = HEAD + "class V(RootModel[int]):\n    pass\n" + holder
    new = old.replace("[int]", "[int | str]")
    result = run_example(Example(title=name, old=old, new=new, consumer=consumer), tmp_path)
    assert result.breaks == [], result.told
    assert [item.severity for item in result.of("type-widened")] == ["warning"], result.told


def test_what_pydantic_calls_a_generic_model_with_its_arguments_is_no_name(tmp_path: Path) -> None:
    old = (
        "from typing import Generic, TypeVar\nfrom pydantic import BaseModel\nT = TypeVar('T')\n"
        "class Page(BaseModel, Generic[T]):\n    items: list[T]\n"
    )
    named = (
        "    @classmethod\n    def model_parametrized_name(cls, params):\n"
        "        return 'PageOf' + params[0].__name__\n"
    )
    consumer = "from provider import Page\n\nIntPage = Page[int]\n"
    for number, (one, other) in enumerate([(old, old + named), (old + named, old)]):
        example = Example(title="", old=one, new=other, consumer=consumer)
        result = run_example(example, tmp_path / str(number))
        assert result.of("export-lost") == [], result.told


def test_a_longer_named_tuple_is_shown_by_its_items(tmp_path: Path) -> None:
    old = HEAD + "class A(NamedTuple):\n    k: int\n"
    result = run_example(
        Example(
            title="a NamedTuple",
            old=old + HOLDER.format("A"),
            new=old + FIELD + HOLDER.format("A"),
            consumer="from provider import A, L\n\ndef use():\n    return L(x=A(1)).x.k\n",
        ),
        tmp_path,
    )
    (found,) = result.breaks
    assert found.message == "L.x: model_dump() gave (0,) and gives (0, 0) now"


class Old(BaseModel):
    k: int
    inner: list[dict[str, Old]] = []


class New(BaseModel):
    k: int
    z: int = 0
    inner: list[dict[str, New]] = []


class Open(BaseModel, extra="allow"):
    k: int


class Keys(TypedDict):
    k: int


class Free(BaseModel):
    k: int
    inner: Any = None


@pytest.mark.parametrize(
    ("document", "old", "new", "told"),
    [
        ({"k": 1}, Old, New, False),
        ({"k": 1, "z": 1}, Old, New, True),
        ({"k": 1, "y": 1}, Old, New, False),
        ({"k": 1, "z": 1}, New, Old, False),
        ({"k": 1, "inner": [{}, {"z": {"k": 1}}]}, Old, New, False),
        ({"k": 1, "inner": [{}, {"a": {"k": 1, "z": 2}}]}, Old, New, True),
        ({"k": 1, "z": 1}, Open, New, True),
        ({"k": 1, "inner": [{"a": {"k": 1, "z": 2}}]}, Free, New, False),
        ([{"k": 1, "z": 1}], RootModel[list[Keys]], RootModel[list[New]], True),
        ([{"k": 1, "z": 1}], RootModel[list[Keys | dict[str, int]]], RootModel[list[New]], False),
        ("text", Old, New, False),
    ],
)
def test_names_of_one_schema_alone(
    document: Any, old: type[BaseModel], new: type[BaseModel], told: bool
) -> None:
    names = NewNames(old.model_json_schema(), new.model_json_schema())
    assert names.are_in(document) is told


def test_models_that_hold_one_another_are_looked_at_in_a_moment() -> None:
    fields = {f"part{number}": {"$ref": "#/$defs/Node"} for number in range(12)}
    arms = {name: {"anyOf": [schema, {"type": "null"}]} for name, schema in fields.items()}

    def schema(*names: str) -> dict[str, Any]:
        known = {**arms, **{name: {"type": "string"} for name in names}}
        return {"$ref": "#/$defs/Node", "$defs": {"Node": {"type": "object", "properties": known}}}

    document: dict[str, Any] = {"name": "x"}
    for _ in range(12):
        document = dict.fromkeys(list(fields)[:2], document)
    started = time.perf_counter()
    names = NewNames(schema("name"), schema("name", "other"))
    assert not names.are_in(document)
    assert names.are_in({"part1": {"part2": {"other": "x"}}})
    assert time.perf_counter() - started < 20
