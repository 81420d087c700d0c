"""What the baseline shows too, and a baseline that shows nothing at all."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.rules.harness import examine_example

from contract_check.judge import Judgement
from contract_check.model.report import Check, ContractReport, Severity, Verdict
from contract_check.rules import Example
from contract_check.rules.library import Sources

PROVIDER = """
from enum import Enum

from pydantic import BaseModel


class Order(BaseModel):
    size: int


class Color(str, Enum):
    red = "red"
"""
CONSUMER = """
from provider import Color, Order
from pydantic import BaseModel


class Special(Order):
    note: str = ""


class Stranger(BaseModel):
    size: int = 0
"""
EXTENDS = """
[[contract]]
name = "order"
kind = "extends"
provider = "provider:Order"
consumer = "consumer:Special"
"""
SCENARIO = """
[[contract.scenario]]
name = "it has a name"
code = "from provider import Order; Order(size=1).name"
"""
FACTORY = """
[[contract.factories]]
call = "create"
kwargs = { size = 1 }
"""
COLORS = """
[[contract]]
name = "order"
kind = "enum"
provider = "provider:Color"
members = { red = "red", blue = "blue" }
"""
FAILING = {
    "scenario: it has a name": EXTENDS + SCENARIO,
    "factory create": EXTENDS + FACTORY,
    "subclass": EXTENDS.replace("Special", "Stranger"),
    "enum values": COLORS,
    "samples": EXTENDS + 'samples = [{ size = "large" }]\n',
}
"""A contract's check that fails on both sides, and the contract."""


def judged(folder: Path, old: Sources, new: Sources, contracts: str = EXTENDS) -> Judgement:
    example = Example("a pair", old=old, new=new, consumer=CONSUMER, contracts=contracts)
    return examine_example(example, folder / "example").judgement


def contract(judgement: Judgement, name: str = "order") -> ContractReport:
    return next(item for item in judgement.contracts if item.name == name)


def check(judgement: Judgement, name: str) -> Check:
    return next(item for item in contract(judgement).checks if item.name == name)


@pytest.mark.parametrize("name", FAILING)
def test_a_check_that_fails_on_both_sides_has_not_passed(tmp_path: Path, name: str) -> None:
    judgement = judged(tmp_path, PROVIDER, PROVIDER, FAILING[name])
    assert (judgement.verdict, judgement.findings) == (Verdict.COMPATIBLE, ())
    assert contract(judgement).status == "failed"
    assert check(judgement, name).status == "failed"
    assert check(judgement, name).detail.startswith("with the baseline too, so it is no break: ")
    assert check(judgement, name).preexisting
    assert judgement.preexisting


@pytest.mark.parametrize("contracts", ["", EXTENDS])
@pytest.mark.parametrize(
    ("old", "said"),
    [
        ("raise RuntimeError('not configured')\n", "RuntimeError in provider/__init__.py, line 1"),
        ("def broken(:\n", "SyntaxError in provider/__init__.py, line 1"),
        ("import contract_check_no_such_package\n", "ModuleNotFoundError in provider/__init__.py"),
    ],
)
def test_a_baseline_that_can_not_be_imported_is_an_error(
    tmp_path: Path, old: str, said: str, contracts: str
) -> None:
    judgement = judged(tmp_path, old + PROVIDER, PROVIDER, contracts)
    assert judgement.verdict is Verdict.ERROR
    (error,) = judgement.errors
    assert (error.stage, error.side) == ("contract", "baseline")
    assert f"the baseline can't be imported, so there is nothing to compare with: {said}" in (
        error.message
    )
    assert "--baseline none" in error.hint
    assert "passed" not in {item.status for item in judgement.contracts}


def test_a_proven_break_outranks_a_baseline_that_can_not_be_imported(tmp_path: Path) -> None:
    old = "raise RuntimeError('not configured')\n"
    judgement = judged(tmp_path, old, PROVIDER, EXTENDS + SCENARIO)
    assert judgement.verdict is Verdict.BREAK
    assert [error.side for error in judgement.errors] == ["baseline"]


@pytest.mark.parametrize("old", ["", "def __getattr__(name):\n    raise AttributeError(name)\n"])
def test_a_baseline_that_is_older_than_the_contract_is_no_error(tmp_path: Path, old: str) -> None:
    judgement = judged(tmp_path, old, PROVIDER)
    assert (judgement.verdict, judgement.errors) == (Verdict.COMPATIBLE, ())
    assert contract(judgement).status == "passed"
    assert check(judgement, "comparison").detail == "the baseline has no provider:Order"


def test_sides_that_can_both_not_be_imported_are_an_error(tmp_path: Path) -> None:
    broken = "raise RuntimeError('not configured')\n"
    judgement = judged(tmp_path, broken, broken, "")
    assert judgement.verdict is Verdict.ERROR
    (error,) = judgement.errors
    assert "nothing was checked" in error.message
    assert "RuntimeError: not configured" in error.message


@pytest.mark.parametrize("samples", ["", "samples = [{ size = 1 }]\n"])
def test_values_that_no_sample_has_room_for_are_not_checked(tmp_path: Path, samples: str) -> None:
    path = '"parts.0.size"' if samples else "size"
    judgement = judged(
        tmp_path, PROVIDER, PROVIDER, f"{EXTENDS}{samples}values = {{ {path} = [1] }}\n"
    )
    assert judgement.verdict is Verdict.ERROR
    assert contract(judgement).status == "unchecked"
    assert check(judgement, "import").status == "passed"
    assert check(judgement, "values").status == "skipped"
    (error,) = judgement.errors
    assert "no sample of the contract has room for the values of" in error.message


def test_a_failed_check_names_all_its_findings(tmp_path: Path) -> None:
    old = PROVIDER.replace("size: int", "size: int\n    a: int = 0\n    b: int = 0")
    new = PROVIDER.replace("size: int", "size: int\n    a: str = ''\n    b: str = ''")
    judgement = judged(tmp_path, old, new)
    breaks = {item.id for item in judgement.findings if item.contract == "order"}
    assert len(breaks) > 1
    assert set(check(judgement, "comparison").findings) == breaks


@pytest.mark.parametrize("compared", [True, False])
def test_a_consumer_that_can_not_be_imported_at_all_is_an_error(
    tmp_path: Path, compared: bool
) -> None:
    example = Example(
        title="its own third party fails it; what it calls could be looked at all the same",
        old=PROVIDER if compared else None,
        new=PROVIDER,
        consumer={
            "__init__.py": "from json import nothing_of_that_name\n",
            "orders.py": "from provider import Color, Order\n\n\nclass Special(Order):\n"
            "    pass\n\n\ndef color():\n    return Color.red\n",
        },
    )
    judged = examine_example(example, tmp_path).judgement
    assert judged.verdict is Verdict.ERROR
    (error,) = judged.errors
    assert "consumer itself can't be imported" in error.message
    assert ("nor can it with the baseline" in error.message) is compared
    assert "1 of 2 contracts could not be exercised: ImportError" in error.message
    assert "--exclude-newer" in error.hint


FUNCTIONS = """
def total(a):
    return a


def state():
    return "open"


def idle():
    pass
"""
CALLS = """
from provider import idle, state, total


def use():
    return total(1), total(2), state()
"""
RUN = """
[[contract]]
name = "{name}"
kind = "function"
provider = "provider:{name}"
[[contract.scenario]]
name = "it returns what it did"
code = "import consumer; assert consumer.use()[0] == 1"
"""


@pytest.mark.parametrize(
    ("contracts", "said"),
    [
        ("", ["provider:total", "provider:state"]),
        (RUN.format(name="total"), ["provider:state"]),
        (
            RUN.format(name="total").replace(
                "import consumer", "import consumer; import provider; provider.state()"
            ),
            [],
        ),
        (RUN.format(name="total") + RUN.format(name="state"), []),
    ],
)
def test_functions_that_nothing_runs_are_told(
    tmp_path: Path, contracts: str, said: list[str]
) -> None:
    changed = FUNCTIONS.replace("return a", "return a * 1")
    example = Example("a pair", old=FUNCTIONS, new=changed, consumer=CALLS, contracts=contracts)
    judgement = examine_example(example, tmp_path / "example").judgement
    assert contract(judgement, "total").status == "passed"
    assert [item.subject for item in judgement.unchecked] == said
    assert all("not run by any scenario" in item.reason for item in judgement.unchecked)


def test_fields_of_what_can_not_be_imported_are_seen_and_not_exercised(tmp_path: Path) -> None:
    example = Example(
        title="one of the consumer's modules has an error of syntax",
        old=PROVIDER.replace("size: int", "size: int = 1"),
        new=PROVIDER.replace("size: int", "size: int = 2"),
        consumer={
            "__init__.py": "from provider import Order\n\n\nclass Own(Order):\n    a: int = 1\n",
            "broken.py": "def broken(:\n",
            "other.py": "from provider import Order\n\nimport consumer.broken\n\n\n"
            "class Lost(Order):\n    b: int = 1\n",
        },
    )
    coverage = examine_example(example, tmp_path / "example").judgement.coverage
    assert (coverage.contracts, coverage.exercised) == (2, 1)
    assert (coverage.fields.seen, coverage.fields.exercised) == (3, 2)


CLASSES = """
from enum import Enum
from functools import cached_property
from typing import Protocol

from pydantic import BaseModel


class Session:
    limit = 3

    def get(self, key):
        return key

    def unused(self):
        return 1

    @property
    def state(self):
        return "open"

    @cached_property
    def size(self):
        return 1

    @classmethod
    def make(cls):
        return cls()


class Order(BaseModel):
    size: int = 1

    def double(self):
        return self.size * 2


class Color(Enum):
    red = 1

    def text(self):
        return self.name


class Bus(Protocol):
    def publish(self): ...


def connect() -> Session:
    return Session()
"""
METHODS = """
from provider import Bus, Color, Order, Session, connect


class Special(Order):
    def half(self):
        return self.double() / 4

    def own(self):
        return self.half()


def use(bus: Bus):
    session = connect()
    bus.publish()
    Special().own()
    Order(size=1).model_dump()
    Color.red.text()
    return session.get(1), session.state, session.limit, session.size, Session.make()
"""


def test_methods_and_properties_that_nothing_runs_are_told(tmp_path: Path) -> None:
    example = Example("a pair", old=CLASSES, new=CLASSES, consumer=METHODS)
    judgement = examine_example(example, tmp_path / "example").judgement
    assert sorted(item.subject for item in judgement.unchecked) == [
        "provider:Color.text",
        "provider:Order.double",
        "provider:Session.get",
        "provider:Session.make",
        "provider:Session.size",
        "provider:Session.state",
        "provider:connect",
    ]


def test_a_contract_whose_checks_were_skipped_was_not_exercised(tmp_path: Path) -> None:
    old = PROVIDER.replace("size: int", "size: int\n    note: str = ''")
    new = old.replace("class Order(BaseModel)", "class Orders(BaseModel)")
    judgement = judged(tmp_path, old, new, EXTENDS + COLORS.replace('"order"', '"color"'))
    assert judgement.verdict is Verdict.BREAK
    assert check(judgement, "round trip").status == "skipped"
    coverage = judgement.coverage
    exercised = [item.name for item in judgement.contracts if item.name != "order"]
    assert (coverage.contracts, coverage.exercised) == (len(exercised) + 1, len(exercised))
    assert (coverage.fields.seen, coverage.fields.exercised) == (2, 0)


MOVED = {
    "a module removed": ("module-removed", {"__init__.py": "", "shapes.py": PROVIDER}),
    "a syntax error": ("import-failed", {"events.py": "def broken(:\n", "__init__.py": ""}),
    "a class removed": (
        "symbol-removed",
        {"__init__.py": "", "events.py": PROVIDER.replace("class Color", "class Colour")},
    ),
}


@pytest.mark.parametrize("case", MOVED)
def test_every_contract_that_fails_names_the_break_that_explains_it(
    tmp_path: Path, case: str
) -> None:
    rule, new = MOVED[case]
    example = Example(
        title=case,
        old={"__init__.py": "", "events.py": PROVIDER},
        new=new,
        consumer="from provider.events import Color, Order\n\n\nclass Special(Order):\n"
        "    note: str = ''\n\n\ndef use():\n    return Color.red\n",
    )
    judgement = examine_example(example, tmp_path / "example").judgement
    (found,) = [item for item in judgement.findings if item.severity is Severity.BREAK]
    assert found.rule == rule
    failed = [item for item in judgement.contracts if item.status == "failed"]
    assert len(failed) > 1
    for item in failed:
        assert found.id in {name for check in item.checks for name in check.findings}, item


BASE = "class Base:\n    def __init_subclass__(cls):\n        raise TypeError('not yours')\n"
WANTING = {
    "a name": ("from provider import Nope\n", "provider has no Nope, and", "Correct the import"),
    "a name that is called": (
        "import provider\n\n\ndef make():\n    return provider.Nope(1)\n",
        "provider has no Nope, and",
        "Correct the code that reads it",
    ),
    "a module": (
        "from provider.events import Nope\n",
        "there is no module provider.events, and",
        "Change the import",
    ),
    "a base": (
        "from provider import Base\n\n\nclass Own(Base):\n    pass\n",
        "Own can't derive from Base",
        "Keep Base open",
    ),
}


@pytest.mark.parametrize("case", WANTING)
def test_nothing_is_no_longer_there_where_there_is_nothing_to_compare_with(
    tmp_path: Path, case: str
) -> None:
    consumer, said, hint = WANTING[case]
    example = Example(case, new=PROVIDER + BASE, consumer=consumer)
    judgement = examine_example(example, tmp_path / "example").judgement
    assert judgement.verdict is Verdict.BREAK
    (found,) = judgement.findings
    assert found.message.startswith(said)
    assert found.hint.startswith(hint)


@pytest.mark.parametrize("case", [case for case in WANTING if case != "a name that is called"])
def test_what_neither_side_has_is_no_break(tmp_path: Path, case: str) -> None:
    consumer, said, _ = WANTING[case]
    example = Example(case, old=PROVIDER + BASE, new=PROVIDER + BASE, consumer=consumer)
    judgement = examine_example(example, tmp_path / "example").judgement
    assert judgement.findings == ()
    assert any(said in item.reason for item in judgement.preexisting), judgement.preexisting


@pytest.mark.parametrize(
    "more", ["", "from provider import Order\n\n\nclass Own(Order):\n    pass\n"]
)
def test_an_import_that_nothing_installed_can_mend(tmp_path: Path, more: str) -> None:
    consumer = "from provider import Nope\n" + more
    example = Example("misspelt", old=PROVIDER, new=PROVIDER, consumer=consumer)
    judgement = examine_example(example, tmp_path / "example").judgement
    assert judgement.verdict is Verdict.ERROR
    (error,) = judgement.errors
    assert error.hint == "provider has no Nope: correct the import."
