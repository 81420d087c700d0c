"""What forked processes show is what started ones show."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.rules.harness import run_example

from contract_check.observe import surroundings
from contract_check.rules import Example, catalogue
from contract_check.support.process import start

_RULES = (
    "call-no-longer-binds",
    "dump-changed",
    "endpoint-failed",
    "enum-value-changed",
    "import-failed",
    "required-field-added",
)
_EXAMPLES = [
    pytest.param(example, id=rule.id)
    for rule in catalogue()
    if rule.id in _RULES
    for example in [item for item in rule.examples if item.breaks][:1]
]


@pytest.mark.parametrize("example", _EXAMPLES)
def test_forked_and_started(
    example: Example, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    forked = run_example(example, tmp_path / "forked")
    monkeypatch.setattr(surroundings, "start", start)
    started = run_example(example, tmp_path / "started")

    assert forked.breaks != []
    assert forked.findings == started.findings


def test_every_rule_named_here_is_one() -> None:
    assert {item.id for item in catalogue()} >= set(_RULES)
