"""What is accepted at one place hides nothing that fails for another reason."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.rules.harness import examine_example

from contract_check.model.contracts import Policy
from contract_check.model.report import Finding
from contract_check.rules import Example

OLD = """
from pydantic import BaseModel

class Order(BaseModel):
    id: int
    note: str = ""

def total(items):
    return sum(items)
"""
CONSUMER = """
from provider import Order, total

def make():
    total([1])
    return Order(id=1)

def read(order: Order):
    return order.id, order.note
"""
SCENARIO = """
[[contract]]
name = "order"
kind = "uses"
provider = "provider:Order"
[[contract.scenarios]]
name = "sum"
code = '''
from consumer import total
assert total([1, 2]) == 3
'''
"""
FACTORY = """
[[contract]]
name = "order"
kind = "uses"
provider = "provider:Order"
factories = [{ call = "consumer:make" }]
"""
FAILS = ("return sum(items)", "return sum(items) / 0")
WIDENED = ("id: int", "id: int | str")
REMOVED = ('    note: str = ""\n', "")
SUPPRESSED = {"suppressions": [{"rule": "field-removed", "reason": "agreed"}]}


def _found(
    folder: Path, contracts: str, policy: Policy, *edits: tuple[str, str]
) -> tuple[list[Finding], str]:
    new = OLD
    for before, after in edits:
        assert before in new
        new = new.replace(before, after)
    example = Example(title="", old=OLD, new=new, consumer=CONSUMER, contracts=contracts)
    judgement = examine_example(example, folder, policy=policy).judgement
    return list(judgement.findings), judgement.verdict


@pytest.mark.parametrize(
    ("contracts", "rule"), [(SCENARIO, "scenario-failed"), (FACTORY, "factory-failed")]
)
@pytest.mark.parametrize(
    ("edit", "policy"),
    [
        pytest.param(WIDENED, {}, id="a warning"),
        pytest.param(REMOVED, SUPPRESSED, id="suppressed"),
        pytest.param(REMOVED, {"severities": {"field-removed": "warning"}}, id="made a warning"),
        pytest.param(REMOVED, {"severities": {"field-removed": "off"}}, id="switched off"),
    ],
)
def test_what_fails_for_another_reason_is_told(
    tmp_path: Path,
    contracts: str,
    rule: str,
    edit: tuple[str, str],
    policy: dict[str, object],
) -> None:
    found, verdict = _found(tmp_path, contracts, Policy.model_validate(policy), edit, FAILS)
    breaks = [item for item in found if item.severity == "break" and item.suppressed is None]
    assert [item.rule for item in breaks] == [rule], found
    assert "division by zero" in breaks[0].message
    assert verdict == "break"


def test_what_is_suppressed_stays_so_where_nothing_else_fails(tmp_path: Path) -> None:
    policy = Policy.model_validate(SUPPRESSED)
    found, verdict = _found(tmp_path, SCENARIO, policy, REMOVED)
    assert [(item.rule, item.suppressed is not None) for item in found] == [("field-removed", True)]
    assert verdict == "compatible"


def test_a_suppressed_failure_hides_no_other_of_its_kind(tmp_path: Path) -> None:
    """Two scenarios of two contracts fail, each for a reason of its own; one is agreed."""
    other = SCENARIO.replace('"order"', '"other"').replace(
        "assert total([1, 2]) == 3", "from consumer import make; make()"
    )
    policy = Policy.model_validate(
        {"suppressions": [{"rule": "scenario-failed", "contract": "order", "reason": "agreed"}]}
    )
    found, verdict = _found(tmp_path, SCENARIO + other, policy, FAILS)
    told = {(item.rule, item.contract, item.suppressed is None) for item in found}
    assert told == {("scenario-failed", "order", False), ("scenario-failed", "other", True)}, found
    assert verdict == "break"
