"""An arm of a union goes: the field that held it is told, not the arms that stay."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.rules.harness import run_example

from contract_check.rules import Example

_PETS = """
from typing import Annotated, Literal, Union
from pydantic import BaseModel, Field

class Cat(BaseModel):
    kind: Literal["cat"]{default}
    lives: int = 9

class Dog(BaseModel):
    kind: Literal["dog"]
    good: bool = True

class Bird(BaseModel):
    kind: Literal["bird"]

class Box(BaseModel):
    pet: {pet}
"""
_USER = "from provider import Box\n\ndef read(text):\n    return Box.model_validate_json(text)\n"
_TOLD = ' = Field(discriminator="kind")'


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Union[Cat, Dog]", "Cat"),
        (f"Union[Cat, Dog]{_TOLD}", "Cat"),
        (f"Union[Cat, Dog, Bird]{_TOLD}", f"Union[Cat, Bird]{_TOLD}"),
        ("Union[Cat, Dog, Bird]", "Union[Cat, Bird]"),
        (f"list[Annotated[Union[Cat, Dog], {_TOLD[3:]}]]", "list[Cat]"),
        ("dict[str, Union[Cat, Dog]]", "dict[str, Cat]"),
    ],
)
@pytest.mark.parametrize("default", ["", ' = "cat"'])
def test_a_dropped_arm_is_told_of_the_field(
    old: str, new: str, default: str, tmp_path: Path
) -> None:
    before, after = (_PETS.format(pet=pet, default=default) for pet in (old, new))
    found = run_example(Example(title="", old=before, new=after, consumer=_USER), tmp_path)
    told = [(item.rule, item.subject, item.path) for item in found.findings]
    assert told == [("type-narrowed", "provider:Box", "pet")], found.told


def test_an_arm_that_narrows_by_itself_is_told_by_itself(tmp_path: Path) -> None:
    before = _PETS.format(pet="Union[Cat, Dog]", default="")
    after = _PETS.format(pet="Cat", default="").replace("lives: int = 9", "lives: int")
    found = run_example(Example(title="", old=before, new=after, consumer=_USER), tmp_path)
    assert {(item.rule, item.subject, item.path) for item in found.breaks} == {
        ("type-narrowed", "provider:Box", "pet"),
        ("field-became-required", "provider:Cat", "lives"),
    }, found.told
