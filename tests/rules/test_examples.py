"""Every rule against its own examples, and every example against itself.

The whole cross table stands in `test_cross_table.py`.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from contract_check.model.report import Severity
from contract_check.rules import Example, Rule, catalogue
from tests.rules.harness import run_example

EXAMPLES = [
    pytest.param(rule, example, id=f"{rule.id}-{example.title.replace(' ', '-')}")
    for rule in catalogue()
    for example in rule.examples
]


@pytest.mark.parametrize(("rule", "example"), EXAMPLES)
def test_example(rule: Rule, example: Example, tmp_path: Path) -> None:
    examined = run_example(example, tmp_path)
    findings = examined.judgement.findings
    told = [(f.rule, f.severity.value, f.subject, f.path, f.message) for f in findings]
    breaks = [finding for finding in findings if finding.severity is Severity.BREAK]
    if not example.breaks:
        assert not [f for f in findings if f.rule == rule.id], told
        assert not breaks, told
        return
    own = [finding for finding in findings if finding.rule == rule.id]
    assert own, told or "nothing was found"
    assert own[0].severity is rule.severity
    if rule.severity is Severity.BREAK:
        assert len(breaks) == 1, told
        assert own[0].witness is not None and own[0].witness.confirmed, own[0].witness
    assert len({finding.id for finding in findings}) == len(findings)


@pytest.mark.parametrize(("rule", "example"), EXAMPLES)
def test_old_against_old_is_silent(rule: Rule, example: Example, tmp_path: Path) -> None:
    if example.old is None:
        pytest.skip("a rule of one environment compares nothing")
    judgement = run_example(example, tmp_path, same=True).judgement
    assert [(f.rule, f.message) for f in judgement.findings] == []
