"""How a field may be reached: written out, assigned, read without a warning."""

from __future__ import annotations

from collections.abc import Iterator

from contract_check.model.report import Direction, Severity
from contract_check.rules.case import Case
from contract_check.rules.interface import Draft, Program, Rule
from contract_check.rules.pairs import (
    WRITING,
    FieldPair,
    assigned,
    changed_fields,
    field_draft,
    full_payload,
    replayed_refs,
    shown,
    with_instance,
)


def _field_excluded(case: Case) -> Iterator[Draft]:
    for pair, old, new in changed_fields(case):
        if old.exclude or not new.exclude:
            continue
        found = shown(case, [pair.locus], {*WRITING, "roundtrip"})
        if found:
            yield field_draft(
                case,
                pair,
                f"{pair} is left out of what is written",
                f"Write {pair.name} again, or tell readers first to do without.",
                found,
            )


def _with_field(
    case: Case, pair: FieldPair, *lines: str, imports: tuple[str, ...] = ()
) -> Program | None:
    for ref in replayed_refs(case, pair.models):
        payload = full_payload(case, ref)
        if payload is not None:
            return with_instance(ref, payload.data, *lines, imports=imports)
    return None


def _field_frozen(case: Case) -> Iterator[Draft]:
    for pair, old, new in changed_fields(case):
        if old.frozen or not new.frozen:
            continue
        program = _with_field(case, pair, f"value.{pair.name} = value.{pair.name}")
        if program is not None:
            met = assigned(case, [pair.label, *(item.label for item in pair.models)], pair.name)
            yield field_draft(
                case,
                pair,
                f"{pair} can't be assigned any more",
                f"Let {pair.name} be assigned, or make a changed copy with "
                "model_copy(update=...) where it is.",
                programs=(program,),
                severity=None if met else Severity.WARNING,
            )


def _field_deprecated(case: Case) -> Iterator[Draft]:
    for pair, old, new in changed_fields(case):
        if old.deprecated is not None or new.deprecated is None:
            continue
        program = _with_field(
            case,
            pair,
            'warnings.simplefilter("error")',
            f"value.{pair.name}",
            imports=("import warnings",),
        )
        if program is not None:
            yield field_draft(
                case,
                pair,
                f"{pair} is deprecated: {new.deprecated}",
                "Stop using it before a later version removes it.",
                programs=(program,),
            )


RULES = (
    Rule(
        id="field-excluded",
        family="fields",
        summary="A field is left out of what is written",
        severity=Severity.BREAK,
        directions=(Direction.READ_BY_OLD,),
        witness="payload",
        check=_field_excluded,
        rank=28,
    ),
    Rule(
        id="field-frozen",
        family="fields",
        summary="The consumer can no longer assign to a field",
        severity=Severity.BREAK,
        directions=(Direction.SOURCE,),
        witness="code",
        check=_field_frozen,
        rank=35,
    ),
    Rule(
        id="field-deprecated",
        family="fields",
        summary="A field is deprecated",
        severity=Severity.WARNING,
        directions=(Direction.SOURCE,),
        witness="code",
        check=_field_deprecated,
        rank=39,
    ),
)
