"""Behaviour: what replay shows and no description explains.

These rules turn every difference the replay showed into a draft. Where a rule over descriptions
names the cause, it leads the finding and takes the witness from here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial

from contract_check.model.report import Direction, Severity
from contract_check.model.usage import Place
from contract_check.rules.case import Case
from contract_check.rules.evidence import Kind, Seen, seen
from contract_check.rules.interface import Draft, Locus, Program, Rule
from contract_check.rules.witnesses import accepted_again

_MOST_PROGRAMS = 3
_SHOWN: frozenset[Kind] = frozenset(("rejected", "value"))
"""What the consumer's own call meets where it passes what was replayed. An attribute of another
type is met by the line that reads it."""
_MADE_HERE = (Direction.READS_OLD, Direction.SOURCE)
"""Who meets it where the consumer's own call is refused, or makes another instance."""


def _drafts(
    case: Case, *, kind: Kind, say: Callable[[Seen, str], str], hint: str
) -> Iterator[Draft]:
    """One draft for each place, with the smallest payloads as witnesses."""
    groups: dict[tuple[Locus, ...], list[Seen]] = {}
    for item in seen(case):
        if item.kind == kind:
            groups.setdefault(item.loci, []).append(item)
    for loci, items in groups.items():
        first, place = items[0], loci[0]
        # A payload that holds the field shows more than one whose default is what differs, and
        # what the consumer itself passes shows most.
        telling = sorted(items, key=lambda item: (item.omitted, item.passed is None))
        passed = next((item.passed for item in items if item.passed is not None), None)
        subject = case.ref_of(place.label)
        name = subject.rpartition(":")[2]
        yield Draft(
            subject=subject,
            path=place.path,
            message=say(first, f"{name}.{place.path}" if place.path else name),
            hint=hint,
            loci=loci,
            contract=case.contract_at(place.label),
            location=passed or case.place_of(subject),
            places=_passed(items) if kind in _SHOWN else (),
            evidence="value" if passed and kind in _SHOWN else None,
            directions=_MADE_HERE if passed and kind in ("rejected", "value") else None,
            programs=(*(item.program for item in telling[:_MOST_PROGRAMS]), *_twice(telling[0])),
            observed=True,
            cause=first.after if kind == "warning" else case.class_behind(place.label),
        )


def _passed(items: Iterable[Seen]) -> tuple[Place, ...]:
    """Every line at which the consumer passes what differs."""
    places = {item.passed for item in items if item.passed is not None}
    return tuple(sorted(places))


def _twice(item: Seen) -> Iterator[Program]:
    """For what was refused: a validator may accept it once, and remember that."""
    if item.kind == "rejected" and item.payload is not None:
        yield accepted_again(item.payload.model, item.payload.data, item.payload.mode)


def _rule(
    identifier: str,
    kind: Kind,
    summary: str,
    severity: Severity,
    directions: tuple[Direction, ...],
    rank: int,
    say: Callable[[Seen, str], str],
    hint: str,
) -> Rule:
    return Rule(
        id=identifier,
        family="behaviour",
        summary=summary,
        severity=severity,
        directions=directions,
        witness="payload",
        check=partial(_drafts, kind=kind, say=say, hint=hint),
        rank=rank,
    )


RULES = (
    _rule(
        "payload-rejected",
        "rejected",
        "A payload that was accepted is refused",
        Severity.BREAK,
        (Direction.READS_OLD,),
        80,
        lambda item, place: f"{place}: a payload that was accepted is now {item.after}",
        "Accept it again, or give the stricter model a new name and migrate what is stored.",
    ),
    _rule(
        "value-rewritten",
        "value",
        "A payload is accepted, but read as another value",
        Severity.BREAK,
        (Direction.READS_OLD,),
        82,
        lambda item, place: f"{place}: {item.before} is read as {item.after}",
        "Keep the value as it was, or normalize where the payload is written.",
    ),
    _rule(
        "attribute-type-changed",
        "type",
        "An attribute of an instance has another type",
        Severity.BREAK,
        (Direction.SOURCE,),
        81,
        lambda item, place: f"{place} was {item.before} and is {item.after} now",
        "Keep the attribute's type, or offer the new one under a new name.",
    ),
    _rule(
        "dump-changed",
        "dump",
        "model_dump() of the same instance gives another result",
        Severity.BREAK,
        (Direction.READ_BY_OLD,),
        83,
        lambda item, place: f"{place}: model_dump() gave {item.before} and gives {item.after} now",
        "Keep what is written as it was, or version the payload.",
    ),
    _rule(
        "json-changed",
        "json",
        "The same instance is written as different JSON",
        Severity.BREAK,
        (Direction.READ_BY_OLD,),
        85,
        lambda item, place: (
            f"{place}: was written as {item.before}, is written as {item.after} now"
        ),
        "Keep what is written as it was, or version the payload.",
    ),
    _rule(
        "roundtrip-lost",
        "roundtrip",
        "An instance can no longer be written and read back",
        Severity.BREAK,
        (Direction.SOURCE,),
        84,
        lambda item, place: (
            f"{place}: it was written and read back the same before; now it {item.after}"
        ),
        "Let the model read what it writes: keep its serializer and its validator inverse.",
    ),
    _rule(
        "warning-added",
        "warning",
        "Reading or writing a payload emits a warning now",
        Severity.WARNING,
        (Direction.SOURCE,),
        86,
        lambda item, place: f"{place}: reading or writing it now warns: {item.after}",
        "Stop using what the warning names.",
    ),
    _rule(
        "error-changed",
        "error",
        "The same refused input gives another validation error",
        Severity.WARNING,
        (Direction.SOURCE,),
        87,
        lambda item, place: f"{place}: a bad payload gave {item.before} and gives {item.after} now",
        "Check code that looks at the type or place of validation errors.",
    ),
    _rule(
        "payload-accepted",
        "accepted",
        "A payload that was refused is accepted",
        Severity.WARNING,
        (Direction.READ_BY_OLD,),
        88,
        lambda item, place: f"{place}: a payload that was {item.before} is now accepted",
        "Upgrade readers before writers, so that nobody meets what it can't read.",
    ),
)
