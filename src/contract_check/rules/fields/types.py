"""What a field holds: its type, None, the arms of its union, how they are told apart."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from pydantic import JsonValue

from contract_check.model.report import Direction, Severity
from contract_check.rules.case import Case
from contract_check.rules.evidence import Kind, Seen, seen
from contract_check.rules.fields.annotations import (
    Relation,
    arms,
    nullable,
    relation,
    told,
    without_literals,
)
from contract_check.rules.interface import Draft, Locus, Rule
from contract_check.rules.pairs import (
    BREAKING,
    FieldPair,
    changed_fields,
    field_draft,
    property_schemas,
    shown,
)

_SOURCE, _READS, _READ_BY = Direction.SOURCE, Direction.READS_OLD, Direction.READ_BY_OLD


def _missing(kind: str) -> bool:
    return kind == "missing"


def _became_required(case: Case) -> Iterator[Draft]:
    for pair, old, new in changed_fields(case):
        if old.required or not new.required:
            continue
        found = shown(case, [pair.locus], {"rejected"}, issues=_missing)
        if found:
            yield field_draft(
                case,
                pair,
                f"{pair} must be given now",
                f"Give {pair.name} its default back.",
                found,
            )


def _became_optional(case: Case) -> Iterator[Draft]:
    for pair, old, new in changed_fields(case):
        if new.required or not old.required:
            continue
        found = shown(case, [pair.locus], {"accepted"}, issues=_missing)
        if found:
            yield field_draft(
                case,
                pair,
                f"{pair} may be left out now; peers with the baseline refuse a payload without it",
                "Upgrade readers before anybody leaves it out.",
                found,
            )


def _holds_null(item: Seen) -> bool:
    return item.payload is not None and _has_null(item.payload.data)


def _has_null(data: JsonValue) -> bool:
    if isinstance(data, dict):
        return any(map(_has_null, data.values()))
    return any(map(_has_null, data)) if isinstance(data, list) else data is None


def _null_removed(case: Case) -> Iterator[Draft]:
    for pair, old, new in changed_fields(case):
        if not nullable(old.annotation) or nullable(new.annotation):
            continue
        found = shown(case, [pair.locus], {"rejected"}, where=_holds_null)
        if found:
            yield field_draft(
                case,
                pair,
                f"{pair} may not be null any more",
                f"Accept null for {pair.name}, or replace stored nulls first.",
                found,
            )


def _null_added(case: Case) -> Iterator[Draft]:
    for pair, old, new in changed_fields(case):
        if nullable(old.annotation) or not nullable(new.annotation):
            continue
        found = shown(case, [pair.locus], {"accepted"}, where=_holds_null)
        if found:
            yield field_draft(
                case,
                pair,
                f"{pair} may be null now; peers with the baseline refuse that",
                "Upgrade readers before anybody writes null, and handle None where it is read.",
                found,
            )


def _type_change(case: Case, pair: FieldPair) -> tuple[Relation, list[Seen]] | None:
    """How a field's type changed, by its spelling and by what the replay showed of it."""
    assert pair.old is not None
    assert pair.new is not None
    if pair.old.annotation == pair.new.annotation:
        return None
    old, new = (without_literals(side.annotation) for side in (pair.old, pair.new))
    kind = relation(old, new)
    if kind is Relation.SAME:
        return None
    found = shown(case, [pair.locus], BREAKING | {"accepted"}, where=lambda i: not _only_missing(i))
    if kind is Relation.NARROWER and _no_longer_named(case, pair):
        found += [item for item in _inside(case, pair, "rejected") if item not in found]
    found = found or _inside(case, pair, "accepted")
    kinds = {item.kind for item in found if not item.coerced}
    if kind is Relation.OTHER or (kind is Relation.WIDER and kinds & BREAKING):
        kind = _by_evidence(kinds)
    return (kind, found) if found else None


def _inside(case: Case, pair: FieldPair, kind: Kind) -> list[Seen]:
    """What is seen inside a field's value: another model reads it, or one arm of a union alone."""
    return [
        item
        for item in seen(case)
        if item.kind == kind
        and all(pair.locus.explains(locus) and not pair.locus.covers(locus) for locus in item.loci)
    ]


def _only_missing(item: Seen) -> bool:
    return bool(item.issues) and all(kind == "missing" for _, kind in item.issues)


def _by_evidence(kinds: Collection[Kind]) -> Relation:
    if set(kinds) == {"rejected"}:
        return Relation.NARROWER
    return Relation.WIDER if set(kinds) == {"accepted"} else Relation.OTHER


def _spelled(pair: FieldPair) -> str:
    assert pair.old is not None
    assert pair.new is not None
    return told(pair.old.annotation, pair.new.annotation)


def _no_longer_named(case: Case, pair: FieldPair) -> tuple[Locus, ...]:
    """The classes that the annotation does not name any more: they may have gone."""
    assert pair.old is not None
    assert pair.new is not None
    return tuple(Locus(case.label(name)) for name in pair.old.types if name not in pair.new.types)


def _type_narrowed(case: Case) -> Iterator[Draft]:
    for pair, _, _ in changed_fields(case):
        change = _type_change(case, pair)
        if change is not None and change[0] is Relation.NARROWER:
            found = [item for item in change[1] if item.kind in BREAKING]
            if found:
                yield field_draft(
                    case,
                    pair,
                    f"the type of {pair} was narrowed {_spelled(pair)}",
                    "Accept the wider type, or migrate what is stored.",
                    found,
                )


def _type_changed(case: Case) -> Iterator[Draft]:
    for pair, _, _ in changed_fields(case):
        change = _type_change(case, pair)
        if change is not None and change[0] is Relation.OTHER:
            found = [item for item in change[1] if item.kind in BREAKING]
            if found:
                yield field_draft(
                    case,
                    pair,
                    f"the type of {pair} changed {_spelled(pair)}",
                    "Keep the type, or give the new one to a new field.",
                    found,
                    explained_by=_no_longer_named(case, pair),
                )


def _type_widened(case: Case) -> Iterator[Draft]:
    for pair, _, _ in changed_fields(case):
        change = _type_change(case, pair)
        if change is not None and change[0] is Relation.WIDER:
            found = sorted(change[1], key=lambda item: item.kind != "accepted")
            yield field_draft(
                case,
                pair,
                f"the type of {pair} was widened {_spelled(pair)}; "
                "peers with the baseline refuse what is new",
                "Upgrade readers before anybody writes the new type.",
                found,
                settles=True,
            )


def _union_reordered(case: Case) -> Iterator[Draft]:
    for pair, old, new in changed_fields(case):
        before, after = arms(old.annotation), arms(new.annotation)
        if before == after or sorted(before) != sorted(after):
            continue
        found = shown(case, [pair.locus], BREAKING)
        if found:
            yield field_draft(
                case,
                pair,
                f"the arms of {pair} are in another order ({_spelled(pair)}): a payload that fits "
                "several arms is read as another one now",
                "Keep the order, or tell the arms apart with a discriminator.",
                found,
                settles=not any(item.kind == "rejected" for item in found),
            )


def _discriminator_changed(case: Case) -> Iterator[Draft]:
    for pair, old, new in changed_fields(case):
        schemas = [_discriminators(schema) for schema in property_schemas(pair)]
        if old.discriminator == new.discriminator and schemas[0] == schemas[1]:
            continue
        found = shown(case, [pair.locus], BREAKING)
        if found:
            before, after = (
                side.discriminator or ", ".join(sorted(names)) or "nothing"
                for side, names in ((old, schemas[0]), (new, schemas[1]))
            )
            yield field_draft(
                case,
                pair,
                f"the arms of {pair} were told apart by {before}, and are by {after} now",
                "Keep the discriminator, or let the old documents be read without it.",
                found,
                also=_told_by_the_arms(case, pair),
            )


def _told_by_the_arms(case: Case, pair: FieldPair) -> tuple[Locus, ...]:
    """Where the arms themselves report other errors: one arm is asked now, and not each in turn."""
    assert pair.old is not None
    arms_of_it = {case.label(name) for name in pair.old.types}
    told = shown(case, map(Locus, sorted(arms_of_it)), {"error"})
    return tuple(dict.fromkeys(locus for item in told for locus in item.loci))


def _discriminators(schema: JsonValue) -> frozenset[str]:
    if isinstance(schema, list):
        return frozenset().union(*map(_discriminators, schema))
    if not isinstance(schema, dict):
        return frozenset()
    own = schema.get("discriminator")
    name = own.get("propertyName") if isinstance(own, dict) else None
    inner = frozenset[str]().union(*map(_discriminators, schema.values()))
    return inner | {name} if isinstance(name, str) else inner


RULES = (
    Rule(
        id="field-became-required",
        family="fields",
        summary="A field that had a default must be given",
        severity=Severity.BREAK,
        directions=(_READS, _SOURCE),
        witness="payload",
        check=_became_required,
        rank=30,
    ),
    Rule(
        id="field-became-optional",
        family="fields",
        summary="A field that had to be given has a default",
        severity=Severity.WARNING,
        directions=(_READ_BY,),
        witness="payload",
        check=_became_optional,
        rank=36,
    ),
    Rule(
        id="null-removed",
        family="fields",
        summary="A field no longer takes null",
        severity=Severity.BREAK,
        directions=(_READS,),
        witness="payload",
        check=_null_removed,
        rank=31,
    ),
    Rule(
        id="null-added",
        family="fields",
        summary="A field takes null",
        severity=Severity.WARNING,
        directions=(_READ_BY,),
        witness="payload",
        check=_null_added,
        rank=37,
    ),
    Rule(
        id="type-changed",
        family="fields",
        summary="A field has another type",
        severity=Severity.BREAK,
        directions=(_READS, _READ_BY),
        witness="payload",
        check=_type_changed,
        rank=33,
    ),
    Rule(
        id="type-narrowed",
        family="fields",
        summary="A field takes fewer types",
        severity=Severity.BREAK,
        directions=(_READS,),
        witness="payload",
        check=_type_narrowed,
        rank=32,
    ),
    Rule(
        id="type-widened",
        family="fields",
        summary="A field takes more types",
        severity=Severity.WARNING,
        directions=(_READ_BY,),
        witness="payload",
        check=_type_widened,
        rank=36,
    ),
    Rule(
        id="union-arm-reordered",
        family="fields",
        summary="The arms of a union are in another order, and a payload is read as another arm",
        severity=Severity.WARNING,
        directions=(_READS,),
        witness="payload",
        check=_union_reordered,
        rank=33,
    ),
    Rule(
        id="discriminator-changed",
        family="fields",
        summary="The arms of a union are told apart by another field",
        severity=Severity.BREAK,
        directions=(_READS,),
        witness="payload",
        check=_discriminator_changed,
        rank=29,
    ),
)
