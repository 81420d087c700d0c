"""Names that modules look up when somebody asks (PEP 562), and imports inside functions."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.rules.harness import examine_example

from contract_check.judge import Judgement
from contract_check.model.report import Severity, Verdict
from contract_check.rules import Example

ORDERS = "from pydantic import BaseModel\n\n\nclass Order(BaseModel):\n    size: int\n"
LAZY = """
import importlib

__all__ = ["Order"]
HOMES = {"Order": "provider.orders"}


def __getattr__(name):
    if name in HOMES:
        return getattr(importlib.import_module(HOMES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__():
    return __all__
"""
UNKNOWN = LAZY.replace('HOMES = {"Order": "provider.orders"}', "HOMES = {}")
KEY_ERROR = UNKNOWN.replace("    if name in HOMES:\n        return", "    return").replace(
    '    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")\n', ""
)
CANDIDATES = {
    "the name is unknown": ({"__init__.py": UNKNOWN, "orders.py": ORDERS}, "symbol-removed"),
    "its module lost it": ({"__init__.py": LAZY, "orders.py": "x = 1\n"}, "symbol-removed"),
    "its module is gone": ({"__init__.py": LAZY}, "symbol-removed"),
    "its look-up raises": ({"__init__.py": KEY_ERROR, "orders.py": ORDERS}, "import-failed"),
    "its module raises": (
        {"__init__.py": LAZY, "orders.py": "raise RuntimeError('not configured')\n"},
        "import-failed",
    ),
    "its module needs what is not declared": (
        {"__init__.py": LAZY, "orders.py": f"import contract_check_no_such_package\n{ORDERS}"},
        "dependency-undeclared",
    ),
}
CONSUMERS = {
    "inside a function": "def make():\n    from provider import Order\n    return Order(size=1)\n",
    "through the module": "import provider\n\n\ndef make():\n    return provider.Order(size=1)\n",
    "through its own look-up": "def __getattr__(name):\n    if name == 'Order':\n"
    "        from provider import Order\n        return Order\n    raise AttributeError(name)\n",
}
AT_ONCE = "from provider import Order\n"
BY_NAME = """
import importlib

HOMES = {"Order": "provider"}


def __getattr__(name):
    if name in HOMES:
        return getattr(importlib.import_module(HOMES[name]), name)
    raise AttributeError(name)


def __dir__():
    return list(HOMES)
"""


def judged(folder: Path, new: dict[str, str], consumer: str) -> Judgement:
    old = {"__init__.py": LAZY, "orders.py": ORDERS}
    example = Example(title="a name looked up late", old=old, new=new, consumer=consumer)
    return examine_example(example, folder / "example").judgement


def breaks(judgement: Judgement) -> list[str]:
    return [item.rule for item in judgement.findings if item.severity is Severity.BREAK]


@pytest.mark.parametrize("taken", CONSUMERS)
@pytest.mark.parametrize("lost", CANDIDATES)
def test_what_is_looked_up_late_and_gone_is_a_break(tmp_path: Path, lost: str, taken: str) -> None:
    new, rule = CANDIDATES[lost]
    judgement = judged(tmp_path, new, CONSUMERS[taken])
    assert (judgement.verdict, breaks(judgement)) == (Verdict.BREAK, [rule])
    (finding,) = judgement.findings
    assert finding.witness is not None
    assert finding.witness.confirmed
    assert finding.location is not None
    assert [item.status for item in judgement.contracts] == ["failed"]


def test_a_lazy_module_that_is_gone_is_one_finding_at_an_import_at_once(tmp_path: Path) -> None:
    judgement = judged(tmp_path, CANDIDATES["its module is gone"][0], AT_ONCE)
    assert breaks(judgement) == ["module-removed"]


def test_what_the_consumer_offers_late_and_lost_is_a_break(tmp_path: Path) -> None:
    new, _rule = CANDIDATES["the name is unknown"]
    judgement = judged(tmp_path, new, BY_NAME)
    assert (judgement.verdict, breaks(judgement)) == (Verdict.BREAK, ["export-lost"])


@pytest.mark.parametrize("taken", CONSUMERS)
def test_a_lazy_name_that_stays_is_no_finding(tmp_path: Path, taken: str) -> None:
    judgement = judged(tmp_path, {"__init__.py": LAZY, "orders.py": ORDERS}, CONSUMERS[taken])
    assert (judgement.verdict, judgement.findings) == (Verdict.COMPATIBLE, ())


def test_a_late_import_that_puts_up_with_absence_is_no_break(tmp_path: Path) -> None:
    guarded = (
        "def make():\n    try:\n        from provider import Order\n"
        "    except ImportError:\n        return None\n    return Order(size=1)\n"
    )
    judgement = judged(tmp_path, CANDIDATES["the name is unknown"][0], guarded)
    assert (judgement.verdict, breaks(judgement)) == (Verdict.COMPATIBLE, [])
