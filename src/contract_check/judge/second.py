"""What the second reader says of lines that no finding is about."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from contract_check.model.reading import Diagnostic
from contract_check.model.report import Finding, Location, Severity, Unchecked
from contract_check.model.usage import Place
from contract_check.rules import rule
from contract_check.rules.case import Case
from contract_check.rules.wording import plural

_RULE = "type-checker-only"
_MOST = 10
_LONGEST = 130


def unproven(case: Case, findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Warnings for what a type checker says of lines that no finding is about, ten at most.

    Args:
        case: the facts.
        findings: what was found without it.
    """
    about = [Place(spot.file, spot.line) for item in findings for spot in item.locations]
    left = [item for item in case.reading.fresh if not any(map(item.covers, about))]
    by_line: dict[Place, list[Diagnostic]] = {}
    for item in left:
        by_line.setdefault(item.place, []).append(item)
    by_words: dict[tuple[str, ...], list[Diagnostic]] = {}
    for items in by_line.values():
        words = tuple(dict.fromkeys(item.said for item in items))
        by_words.setdefault(words, []).append(items[0])
    return tuple(_finding(case, words, items) for words, items in list(by_words.items())[:_MOST])


def _finding(case: Case, words: tuple[str, ...], items: list[Diagnostic]) -> Finding:
    """One warning for lines of which the checker says the same."""
    found = rule(_RULE)
    assert found is not None
    assert found.severity is Severity.WARNING
    said, more = words[0], len(words) - 1
    shown = said if len(said) <= _LONGEST else f"{said[: _LONGEST - 3]}..."
    shown += f" (and {more} more of this line)" if more else ""
    subject = items[0].file
    places = dict.fromkeys(item.place for item in items)
    locations = tuple(Location(file=place.file, line=place.line) for place in places)
    text = "\0".join((_RULE, subject, *words))
    return Finding(
        id=hashlib.sha256(text.encode()).hexdigest()[:12],
        rule=_RULE,
        severity=found.severity,
        directions=found.directions,
        contract=None,
        subject=f"{subject}:{items[0].line}",
        message=f"{case.reading.checker} says with the candidate alone: {shown}",
        hint="Look at the line: no witness proves that it fails.",
        location=locations[0],
        locations=locations,
        evidence="code",
    )


def not_read(case: Case) -> tuple[Unchecked, ...]:
    """Why a type checker did not read the consumer's sources, and what of its words is not told."""
    reading = case.reading
    if reading.problem is not None:
        reason = f"{reading.checker} did not read the consumer's sources: {reading.problem}"
        return (Unchecked(subject="types", reason=reason),)
    if reading.nominal:
        reason = (
            f"{reading.checker} has {plural(reading.nominal, 'new diagnostic')} about types alone, "
            "which need not fail when the code runs"
        )
        return (Unchecked(subject="types", reason=reason),)
    return ()
