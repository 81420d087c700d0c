"""A model that is one value: what changes of it is told once, of the model itself."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.rules.harness import run_example

from contract_check.rules import Example

_OLD = """
from pydantic import BaseModel, Field, RootModel

class Names(RootModel[list[str]]):
    pass

class More(Names):
    pass

class Team(BaseModel):
    names: Names
    size: int = 0
"""
_READ = "\ndef read(text):\n    return {name}.model_validate_json(text)\n"


@pytest.mark.parametrize("name", ["Names", "More", "Team"])
@pytest.mark.parametrize(
    ("edit", "rule"),
    [
        (("list[str]", "list[int]"), "type-changed"),
        (("    pass\n\nclass More", "    root: list[str] = Field(max_length=1)\n\nclass More"),
         "length-tightened"),
    ],
)  # fmt: skip
def test_it_is_told_once_of_the_model(
    name: str, edit: tuple[str, str], rule: str, tmp_path: Path
) -> None:
    user = f"from provider import {name}\n{_READ.format(name=name)}"
    example = Example(title="", old=_OLD, new=_OLD.replace(*edit), consumer=user)
    found = run_example(example, tmp_path)
    told = [(item.rule, item.path) for item in found.findings]
    assert told == [(rule, "root")], found.told
    assert "Names.root" in found.findings[0].message


def test_a_model_that_holds_itself_is_told_of_itself(tmp_path: Path) -> None:
    old = """
from pydantic import Field, RootModel

class Tree(RootModel[list["Tree"]]):
    root: list["Tree"] = Field(max_length=4)
"""
    user = "from provider import Tree\n" + _READ.format(name="Tree")
    example = Example(title="", old=old, new=old.replace("=4", "=1"), consumer=user)
    found = run_example(example, tmp_path)
    assert [(item.rule, item.path) for item in found.findings] == [("length-tightened", "root")]
