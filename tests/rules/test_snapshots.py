"""What a snapshot proves: the same findings as two environments, or a warning that says why not."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.rules.harness import examine_from_snapshot

from contract_check.model.observation import VOLATILE
from contract_check.model.report import Finding, Severity
from contract_check.rules import Example, rule
from contract_check.support.process import start

_MODEL = """
import datetime, os
from pydantic import BaseModel, Field

class Order(BaseModel):
    amount: int = Field(default=1, le=100)
    day: datetime.date = Field(default_factory=datetime.date.today)
    process: int = Field(default_factory=os.getpid)

def total(orders, currency='EUR'):
    return sum(one.amount for one in orders)
"""
_STORE = """
from provider import Order, total

def bill(orders):
    return total(orders, currency='USD')

def largest():
    return Order(amount=100)
"""
BROKEN = {
    "orders, currency='EUR'": ("orders", "call-no-longer-binds"),
    "def total": ("def sum_of", "symbol-removed"),
    "le=100": ("le=50", "bound-tightened"),
    "amount: int": ("amount: int | None", None),
    "# none": ("# nothing", None),
}


def found(new: str, folder: Path, consumer: str = _STORE) -> list[Finding]:
    example = Example("", old=_MODEL, new=new, consumer=consumer)
    examined, _ = examine_from_snapshot(example, folder, compatibility=None)
    return list(examined.judgement.findings)


@pytest.mark.parametrize("old", BROKEN)
def test_a_break_is_one_from_the_file_too(old: str, tmp_path: Path) -> None:
    new, name = BROKEN[old]
    findings = found(f"{_MODEL}\n# none\n".replace(old, new), tmp_path)
    breaks = [item for item in findings if item.severity is Severity.BREAK]
    assert [item.rule for item in breaks] == ([name] if name else []), findings
    for item in breaks:
        assert item.witness is not None
        assert item.witness.baseline == "passes, by what the snapshot recorded"


def test_moments_and_process_ids_are_left_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A time zone is read when a process starts, which a forked one does not.
    monkeypatch.setattr("contract_check.observe.surroundings.start", start)
    example = Example("", old=_MODEL, new=_MODEL, consumer=_STORE)
    examined, snapshot = examine_from_snapshot(example, tmp_path, compatibility="full")
    assert examined.judgement.findings == ()
    outcomes = {item.payload: item for item in snapshot.observation.replayed.outcomes}
    (payload,) = (one for one in snapshot.payloads if one.data == {} and one.mode == "json")
    assert outcomes[payload.id].json_ == {"amount": 1, "day": VOLATILE, "process": VOLATILE}


def test_a_secret_is_not_written_down(tmp_path: Path) -> None:
    old = "import os\nfrom pydantic import BaseModel\nclass Order(BaseModel):\n" + (
        "    key: str = os.environ.get('SHOP_KEY', '')\n"
    )
    consumer = "from provider import Order\n\ndef make():\n    return Order().key\n"
    example = Example("", old=old, new=old, consumer=consumer)
    variables = {"SHOP_KEY": "hunter2-hunter2"}
    examined, snapshot = examine_from_snapshot(
        example, tmp_path, compatibility="full", env=variables
    )
    assert "hunter2" not in snapshot.model_dump_json()
    assert examined.judgement.findings == ()


def test_what_it_does_not_show_is_a_warning_that_says_so(tmp_path: Path) -> None:
    known = rule("field-shadows-consumer-attribute")
    assert known is not None
    title = "a class that can't be made with the baseline either"
    example = next(one for one in known.examples if one.title == title)
    examined, _ = examine_from_snapshot(example, tmp_path, compatibility=None)
    (finding,) = examined.judgement.findings
    assert (finding.rule, finding.severity) == (known.id, Severity.WARNING)
    assert finding.message.endswith(
        "(the snapshot does not show that the baseline holds it, so this is a warning)"
    )
