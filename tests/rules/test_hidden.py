"""One break does not hide another that only resembles it by name or place."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.rules.harness import examine_example, run_example

from contract_check.rules import Example

_OLD = """
from pydantic import BaseModel

class Ev(BaseModel):
    a: int = 0

class Base:
    pass

class Other:
    pass

LIMITS = {"top": 1}
"""
_FINAL = """
class Base:
    def __init_subclass__(cls, **rest):
        raise TypeError("no heirs")
"""


def test_an_import_that_fails_beside_a_subclass_that_is_refused(tmp_path: Path) -> None:
    example = Example(
        title="",
        old=_OLD,
        new=_OLD.replace("class Base:\n    pass", _FINAL) + "\nLIMITS = LIMITS.get('none')\n",
        consumer={
            "__init__.py": "",
            "one.py": "from provider import Base\n\nclass Own(Base):\n    pass\n",
            "two.py": "from provider import LIMITS\n\nTOPS = LIMITS.copy()\n",
        },
    )

    told = {(item.rule, item.subject) for item in run_example(example, tmp_path).breaks}

    assert ("subclass-refused", "provider:Base") in told
    assert ("import-failed", "consumer.two") in told


def test_a_package_that_imports_what_is_refused_is_no_second_finding(tmp_path: Path) -> None:
    example = Example(
        title="",
        old=_OLD,
        new=_OLD.replace("class Base:\n    pass", _FINAL),
        consumer={
            "__init__.py": "from .one import Own\n",
            "one.py": "from provider import Base\n\nclass Own(Base):\n    pass\n",
            "two.py": "from . import one\n",
        },
    )

    told = [(item.rule, item.subject) for item in run_example(example, tmp_path).findings]

    assert told == [("subclass-refused", "provider:Base")]


_EVENT = "from pydantic import BaseModel, Field\n\n\nclass Ev(BaseModel):\n    a: int = {default}\n"
_USERS = {
    "__init__.py": "",
    "one.py": "from provider.v1 import Ev\n\n\ndef make():\n    return Ev(a=9)\n",
    "two.py": "from provider.v2 import Ev\n\n\ndef make():\n    return Ev(a=9)\n",
}


def _versions(**defaults: str) -> dict[str, str]:
    files = {f"{name}.py": _EVENT.format(default=text) for name, text in defaults.items()}
    return {"__init__.py": "", **files}


def test_two_classes_of_one_name_change_alike(tmp_path: Path) -> None:
    example = Example(
        title="",
        old=_versions(v1="0", v2="0"),
        new=_versions(v1="Field(0, le=5)", v2="Field(0, le=5)"),
        consumer=_USERS,
    )

    judgement = examine_example(example, tmp_path).judgement

    told = {(item.rule, item.subject, item.path) for item in judgement.findings}
    assert told == {
        ("bound-tightened", "provider.v1:Ev", "a"),
        ("bound-tightened", "provider.v2:Ev", "a"),
    }
    assert {item.contract for item in judgement.findings} == {"ev", "ev-2"}


def test_each_of_two_classes_of_one_name_has_its_own_witness(tmp_path: Path) -> None:
    example = Example(
        title="",
        old=_versions(v1="Field(9, gt=3)", v2="Field(9, gt=3)"),
        new=_versions(v1="Field(9, gt=0)", v2="Field(9, gt=6)"),
        consumer=_USERS,
    )

    findings = examine_example(example, tmp_path).judgement.findings

    assert {(item.rule, item.subject) for item in findings} == {
        ("constraint-loosened", "provider.v1:Ev"),
        ("bound-tightened", "provider.v2:Ev"),
    }
    for item in findings:
        assert item.witness is not None
        assert item.subject.partition(":")[0] in item.witness.code


@pytest.mark.parametrize("kept", ["v1", "v2"])
def test_a_class_beside_a_namesake_that_moves(kept: str, tmp_path: Path) -> None:
    """It is still the same one, as it can be had from its old module."""
    gone = {"v1": "v2", "v2": "v1"}[kept]
    moved = {
        **_versions(v3="0", **{kept: "0"}),
        f"{gone}.py": "from .v3 import Ev\n",
    }
    users = {**_USERS, "two.py": "from provider.v2 import Ev\n\n\nclass Own(Ev):\n    b: int = 0\n"}
    example = Example(title="", old=_versions(v1="0", v2="0"), new=moved, consumer=users)

    assert run_example(example, tmp_path).told == []


_AB = """
from pydantic import BaseModel

class A(BaseModel{forbid}):
    a: int = 0

class B(BaseModel):
    b: int = 0
{dump}
"""
_DUMP = """
    def model_dump(self, **rest):
        return super().model_dump(**{**rest, "exclude_none": True})
"""


def test_two_classes_of_the_consumer_of_one_name(tmp_path: Path) -> None:
    user = "from provider import {base}\n\n\nclass S({base}):\n    note: str | None = None\n"
    example = Example(
        title="",
        old=_AB.format(forbid="", dump=""),
        new=_AB.format(forbid=", extra='forbid'", dump=_DUMP),
        consumer={
            "__init__.py": "",
            "xa.py": user.format(base="A"),
            "xb.py": user.format(base="B"),
        },
    )

    told = {(item.rule, item.subject, item.path) for item in run_example(example, tmp_path).breaks}

    assert told == {
        ("extra-forbidden", "provider:A", None),
        ("dump-changed", "consumer.xb:S", "note"),
    }


def test_two_constants_of_one_name(tmp_path: Path) -> None:
    user = (
        "from provider.{name} import LIMIT\n\n\ndef more():\n    return LIMIT + 1\n\n\n"
        "def late():\n    from provider.{name} import GONE\n\n    return GONE + 1\n"
    )
    files = {"a.py": "LIMIT = 1\nGONE = 1\n", "b.py": "LIMIT = 1\nGONE = 1\n"}
    example = Example(
        title="",
        old={"__init__.py": "", **files},
        new={"__init__.py": "", **dict.fromkeys(files, "LIMIT = '1'\n")},
        consumer={
            "__init__.py": "",
            "one.py": user.format(name="a"),
            "two.py": user.format(name="b"),
        },
    )

    breaks = run_example(example, tmp_path).breaks

    assert any(item.message.endswith("; likewise provider.b:LIMIT") for item in breaks)
    assert {
        (item.rule, item.subject, *(spot.subject for spot in item.also)) for item in breaks
    } == {
        ("constant-type-changed", "provider.a:LIMIT", "provider.b:LIMIT"),
        ("symbol-removed", "provider.a:GONE"),
        ("symbol-removed", "provider.b:GONE"),
    }
