"""Two classes of one name in two modules of the provider are two classes."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.rules.harness import run_example

from contract_check.rules import Example

KIND = "from enum import Enum\n\n\nclass Kind(str, Enum):\n    A = '{value}'\n"
ITEM = "from pydantic import BaseModel, Field\n\n\nclass Item(BaseModel):\n    price: int{rest}\n"
USES = "from provider.{name} import {what}\n\n\ndef use():\n    return {use}\n"


@pytest.mark.parametrize("first", ["aa", "zz"])
@pytest.mark.parametrize(
    ("same", "old", "new", "what", "use", "rule"),
    [
        (
            KIND.format(value="a") + "    B = 'b'\n",
            KIND.format(value="a"),
            KIND.format(value="A"),
            "Kind",
            "Kind.A",
            "enum-value-changed",
        ),
        (
            ITEM.format(rest=" = Field(gt=0)"),
            ITEM.format(rest=" = Field(lt=100)"),
            ITEM.format(rest=" = Field(lt=50)"),
            "Item",
            "Item(price=1)",
            "bound-tightened",
        ),
        (
            ITEM.format(rest="\n    note: str = ''"),
            ITEM.format(rest="\n    note: str = ''"),
            ITEM.format(rest=""),
            "Item",
            "Item(price=1).note",
            "field-removed",
        ),
    ],
    ids=["enum", "bound", "field"],
)
def test_the_change_of_one_is_found(
    tmp_path: Path, first: str, same: str, old: str, new: str, what: str, use: str, rule: str
) -> None:
    example = Example(
        title="one of two classes of one name changes",
        old={"__init__.py": "", f"{first}.py": same, "bb.py": old},
        new={"__init__.py": "", f"{first}.py": same, "bb.py": new},
        consumer={
            "__init__.py": "",
            "one.py": USES.format(name=first, what=what, use=use.replace(".note", "")),
            "two.py": USES.format(name="bb", what=what, use=use),
        },
    )
    result = run_example(example, tmp_path)
    assert [(item.rule, item.subject) for item in result.breaks] == [(rule, f"provider.bb:{what}")]
