"""A candidate that can't be installed at all: one finding, and nothing else was seen."""

from __future__ import annotations

import datetime

from contract_check.judge import policy
from contract_check.judge.conclude import Judgement
from contract_check.model.contracts import Policy
from contract_check.model.report import Coverage, Finding, Unchecked, Verdict


def uninstallable(
    finding: Finding, rules: Policy, today: datetime.date, *, unchecked: tuple[Unchecked, ...]
) -> Judgement:
    """Judge by the one finding that says why.

    Where the policy accepts it, nothing is said about compatibility: nothing was checked.

    Args:
        finding: why the candidate can't be installed.
        rules: the project's policy.
        today: the day suppressions are held against.
        unchecked: the declared contracts, which nobody could exercise.
    """
    applied = policy.apply(rules, [finding], today)
    broken = policy.fails(rules, applied.findings)
    return Judgement(
        verdict=Verdict.BREAK if broken else Verdict.ERROR,
        findings=(*applied.findings, *applied.remarks),
        preexisting=(),
        contracts=(),
        coverage=Coverage(),
        unchecked=unchecked,
        errors=(),
    )
