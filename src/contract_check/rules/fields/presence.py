"""Fields that came, went, or bear another name."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import replace

from contract_check.model.observation import FieldDescription
from contract_check.model.report import Direction, Severity
from contract_check.rules.case import Case
from contract_check.rules.evidence import Seen
from contract_check.rules.interface import Draft, Locus, Program, Rule
from contract_check.rules.pairs import (
    BREAKING,
    WRITING,
    FieldPair,
    field_draft,
    field_pairs,
    payload_without,
    replayed_refs,
    shown,
    with_instance,
)
from contract_check.rules.settings import is_settings

_SOURCE, _READS, _READ_BY = Direction.SOURCE, Direction.READS_OLD, Direction.READ_BY_OLD
_MIN_LIKENESS = 0.5


def _gone(case: Case) -> list[FieldPair]:
    return [
        pair
        for pair in field_pairs(case)
        if pair.new is None and pair.old is not None and _attribute_kind(pair) is None
    ]


def _added(case: Case) -> list[FieldPair]:
    return [pair for pair in field_pairs(case) if pair.old is None and pair.new is not None]


def _attribute_kind(pair: FieldPair) -> str | None:
    """What a field of the baseline is with the candidate, if something other than a field."""
    for item in pair.models:
        if pair.name in item.new.computed:
            return "computed field"
        member = item.new.members.get(pair.name)
        if member is not None:
            return {"property": "property", "value": "class attribute"}.get(member.kind, "method")
    return None


def _shape(described: FieldDescription | None) -> tuple[object, ...]:
    assert described is not None
    return (
        described.annotation,
        described.required,
        described.default_kind,
        repr(described.default),
        described.constraints,
    )


def _renames(case: Case) -> dict[FieldPair, FieldPair]:
    """Each field that went, to the one that took its place."""
    found: dict[FieldPair, FieldPair] = {}
    free = _added(case)
    for gone in _gone(case):
        alike = [item for item in free if _may_replace(gone, item)]
        rivals = [item for item in _gone(case) if _shape(item.old) == _shape(gone.old)]
        best = max(alike, key=lambda item: _likeness(gone, item), default=None)
        if best is None:
            continue
        if (len(alike) == 1 and len(rivals) == 1) or _likeness(gone, best) >= _MIN_LIKENESS:
            found[gone] = best
            free.remove(best)
    return found


def _may_replace(gone: FieldPair, come: FieldPair) -> bool:
    together = {item.label for item in gone.models} & {item.label for item in come.models}
    return bool(together) and _shape(gone.old) == _shape(come.new)


def _likeness(gone: FieldPair, come: FieldPair) -> float:
    return difflib.SequenceMatcher(None, gone.name, come.name).ratio()


def _directions(found: list[Seen]) -> tuple[Direction, ...] | None:
    """Who meets a field that is gone: whoever reads the attribute or the dump, or the payload."""
    met = {_SOURCE}
    if any(item.kind == "rejected" for item in found):
        met.add(_READS)
    if any(item.kind in (*WRITING, "value") for item in found):
        met.add(_READ_BY)
    return tuple(direction for direction in Direction if direction in met)


def _field_renamed(case: Case) -> Iterator[Draft]:
    for gone, come in _renames(case).items():
        found = shown(case, (gone.locus, come.locus), BREAKING)
        if not found:
            continue
        yield field_draft(
            case,
            gone,
            f"{gone} is called {come.name} now",
            f"Keep {gone.name}: as the field's alias with populate_by_name, or as a property "
            "beside the new name.",
            found,
            also=(come.locus,),
            directions=None if any(i.kind == "rejected" for i in found) else _directions(found),
        )


def _field_removed(case: Case) -> Iterator[Draft]:
    renamed = _renames(case)
    emptied: set[str] = set()
    for pair in _gone(case):
        found = [] if pair in renamed else shown(case, [pair.locus], BREAKING)
        if not found or pair.label in emptied:
            continue
        draft = field_draft(
            case,
            pair,
            f"the field {pair} is gone",
            f"Keep {pair.name}, optional and deprecated, until nobody reads or writes it.",
            found,
            directions=_directions(found),
        )
        own = [item for item in field_pairs(case) if item.label == pair.label]
        if len(own) > 1 and not any(item.old and item.new for item in own):
            emptied.add(pair.label)
            names = ", ".join(item.name for item in own if item.old)
            message = f"{pair.owner} is another class now: none of its fields is left ({names})"
            draft = replace(draft, path=None, message=message, loci=(Locus(pair.label),))
        yield draft


def _field_became_attribute(case: Case) -> Iterator[Draft]:
    for pair in field_pairs(case):
        kind = _attribute_kind(pair) if pair.new is None else None
        found = shown(case, [pair.locus], BREAKING) if kind else []
        if found:
            yield field_draft(
                case,
                pair,
                f"{pair} is a {kind} now, no longer a field: a value that is passed for it is lost",
                f"Keep {pair.name} a field; offer the derived value under another name.",
                found,
            )


def _required_field_added(case: Case) -> Iterator[Draft]:
    renamed = set(_renames(case).values())
    for pair in _added(case):
        if pair in renamed or pair.new is None or not pair.new.required:
            continue
        found = shown(case, [pair.locus], {"rejected"}, issues=lambda kind: kind == "missing")
        if found:
            yield field_draft(
                case,
                pair,
                f"{pair.owner} has a new field {pair.name} that must be given",
                f"Give {pair.name} a default, so that payloads and calls without it stay valid.",
                found,
            )


def _optional_field_added(case: Case) -> Iterator[Draft]:
    renamed = set(_renames(case).values())
    for pair in _added(case):
        if pair in renamed or pair.new is None or pair.new.required:
            continue
        # What settings forbid concerns arguments: nobody reads what they write.
        found = [] if _of_settings(case, pair) else shown(case, [pair.locus], WRITING)
        told = f"{pair.owner} has a new optional field {pair.name}"
        yield field_draft(
            case,
            pair,
            f"{told}, which readers that forbid unknown members refuse" if found else told,
            "Let readers ignore what they don't know before anybody writes the new field."
            if found
            else "Nothing needs to be done.",
            found,
            programs=() if found else tuple(_shows_new_member(case, pair)),
            severity=Severity.BREAK if found else None,
        )


def _of_settings(case: Case, pair: FieldPair) -> bool:
    return any(is_settings(case.candidate.symbol(ref)) for ref in replayed_refs(case, pair.models))


def _shows_new_member(case: Case, pair: FieldPair) -> Iterator[Program]:
    for ref in replayed_refs(case, pair.models):
        payload = payload_without(case, ref, {pair.name})
        if payload is not None:
            line = f'assert "{pair.name}" not in type(value).model_fields, "there is a new field"'
            yield with_instance(ref, payload.data, line)
            return


RULES = (
    Rule(
        id="field-renamed",
        family="fields",
        summary="A field has another name",
        severity=Severity.BREAK,
        directions=(_READS, _READ_BY, _SOURCE),
        witness="payload",
        check=_field_renamed,
        rank=26,
    ),
    Rule(
        id="field-removed",
        family="fields",
        summary="A field is gone",
        severity=Severity.BREAK,
        directions=(_READ_BY, _SOURCE),
        witness="payload",
        check=_field_removed,
        rank=28,
    ),
    Rule(
        id="field-became-attribute",
        family="fields",
        summary="A field became a property, a computed field or a class attribute",
        severity=Severity.BREAK,
        directions=(_SOURCE,),
        witness="code",
        check=_field_became_attribute,
        rank=27,
    ),
    Rule(
        id="required-field-added",
        family="fields",
        summary="A new field must be given",
        severity=Severity.BREAK,
        directions=(_READS, _SOURCE),
        witness="payload",
        check=_required_field_added,
        rank=28,
    ),
    Rule(
        id="optional-field-added",
        family="fields",
        summary="A new field may be given",
        severity=Severity.INFO,
        directions=(_READ_BY,),
        witness="payload",
        check=_optional_field_added,
        rank=38,
    ),
)
