"""Findings of one rule that have one cause are told as one, with all their places."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from contract_check.judge.advice import shortened
from contract_check.judge.evidence import STRENGTH
from contract_check.model.report import Direction, Finding, Spot
from contract_check.rules.case import short

_MOST_PLACES = 6


def gathered(findings: Iterable[Finding], causes: Mapping[str, str]) -> tuple[Finding, ...]:
    """Tell findings of one rule and one cause as one.

    Policy was applied to each of them: those of other severity or fate are told apart.

    Args:
        findings: in any order; the first confirmed one of a cause leads.
        causes: id of a finding to its cause, for those that have one.
    """
    groups: dict[tuple[object, ...], list[Finding]] = {}
    for finding in findings:
        cause = causes.get(finding.id)
        alone = finding.id if cause is None else None
        key = (finding.rule, cause, alone, finding.severity, finding.suppressed)
        groups.setdefault(key, []).append(finding)
    return tuple(_as_one(group) for group in groups.values())


def _as_one(group: list[Finding]) -> Finding:
    lead = next((item for item in group if item.witness and item.witness.confirmed), group[0])
    others = [item for item in group if item is not lead]
    if not others:
        return lead
    met = {direction for item in group for direction in item.directions}
    return lead.model_copy(
        update={
            "message": shortened(f"{lead.message}; likewise {_named(lead, others)}"),
            "locations": tuple(dict.fromkeys(place for item in group for place in item.locations)),
            "evidence": min((item.evidence for item in group), key=STRENGTH.index),
            "directions": tuple(direction for direction in Direction if direction in met),
            "also": tuple(
                Spot(contract=item.contract, subject=item.subject, path=item.path)
                for item in others
            ),
        }
    )


def _named(lead: Finding, others: list[Finding]) -> str:
    names = sorted({_place(item, lead) for item in others})
    told, rest = names[:_MOST_PLACES], len(names) - _MOST_PLACES
    if rest > 0:
        return f"{', '.join(told)} and {rest} more"
    return " and ".join(filter(None, (", ".join(told[:-1]), told[-1])))


def _place(finding: Finding, lead: Finding) -> str:
    """As people call it, by its whole name where that of the first is the same."""
    namesake = finding.subject != lead.subject and short(finding.subject) == short(lead.subject)
    name = finding.subject if namesake else short(finding.subject)
    return f"{name}.{finding.path}" if finding.path else name
