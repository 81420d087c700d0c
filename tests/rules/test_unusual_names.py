"""Names that no import statement can spell, and names in letters beyond ASCII."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.rules.harness import examine_example

from contract_check.rules import Example

_EVENT = "from pydantic import BaseModel, Field\n\n\nclass Ev(BaseModel):\n    a: int = {default}\n"
_OLD = _EVENT.format(default="0")
_NEW = _EVENT.format(default="Field(0, le=5)")
_SCRIPT = """
from provider import Ev


class X(Ev):
    own: str = ''


X(a=9)
raise SystemExit("a script is not imported")
"""
_IN_FUNCTION = """
from provider import Ev


def make():
    class X(Ev):
        own: str = ''
    return X(a=9)
"""
_IN_METHOD = """
from provider import Ev


class Maker:
    def make(self):
        class X(Ev):
            own: str = ''
        return X(a=9)
"""


@pytest.mark.parametrize(
    ("consumer", "place"),
    [
        ({"__init__.py": _IN_FUNCTION}, "consumer/__init__.py:6"),
        ({"__init__.py": _IN_METHOD}, "consumer/__init__.py:7"),
        ({"__init__.py": "", "my-script.py": _SCRIPT}, "consumer/my-script.py:5"),
    ],
    ids=["function", "method", "file"],
)
def test_a_class_that_no_import_reaches(
    consumer: dict[str, str], place: str, tmp_path: Path
) -> None:
    example = Example(title="", old=_OLD, new=_NEW, consumer=consumer)

    judgement = examine_example(example, tmp_path).judgement

    assert [(item.rule, item.subject) for item in judgement.findings] == [
        ("bound-tightened", "provider:Ev")
    ]
    assert [(item.subject, item.reason) for item in judgement.unchecked] == [
        (place, "X can't be imported by name: only the provider's Ev was replayed")
    ]


_LETTERS = """
from pydantic import BaseModel, Field

class Élan(BaseModel):
    a: int = {default}

def été(a{parameter}):
    return a

ÉTAT = {value}
"""


def test_letters_beyond_ascii(tmp_path: Path) -> None:
    example = Example(
        title="",
        old=_LETTERS.format(default="0", parameter="", value="1"),
        new=_LETTERS.format(default="Field(0, le=5)", parameter=", b", value="'1'"),
        consumer={
            "__init__.py": "",
            "one.py": "from provider import Élan, été, ÉTAT\n\nclass Éclair(Élan):\n    pass\n\n"
            "def use():\n    return été(1) + ÉTAT + 1\n",
        },
    )

    judgement = examine_example(example, tmp_path).judgement

    assert {(item.rule, item.subject) for item in judgement.findings} == {
        ("bound-tightened", "provider:Élan"),
        ("call-no-longer-binds", "provider:été"),
        ("constant-type-changed", "provider:ÉTAT"),
    }
    assert {item.consumer for item in judgement.contracts} == {"consumer.one:Éclair", None}
