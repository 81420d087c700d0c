"""How a field may be reached: written out, assigned, read without a warning."""

from __future__ import annotations

from collections.abc import Iterator

from contract_check.model.report import Direction, Severity
from contract_check.rules.case import Case
from contract_check.rules.interface import Draft, Example, Program, Rule
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
from contract_check.rules.wording import doc


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
                "Move off it before it goes.",
                programs=(program,),
            )


_EVENT = """
from pydantic import BaseModel, Field

class Event(BaseModel):
    name: str
    size: int = 0
"""
_USER = """
from provider import Event

class Own(Event):
    pass

def grow(event: Event):
    event.size = event.size + 1
"""


def _example(title: str, field: str, *, breaks: bool = True) -> Example:
    return Example(
        title=title,
        old=_EVENT,
        new=_EVENT.replace("size: int = 0", field),
        consumer=_USER,
        breaks=breaks,
    )


RULES = (
    Rule(
        id="field-excluded",
        family="fields",
        summary="A field is left out of what is written",
        severity=Severity.BREAK,
        directions=(Direction.READ_BY_OLD,),
        witness="payload",
        doc=doc(
            "A field has `exclude` now: instances hold it, their dumps don't.",
            "Readers miss it, and what is written and read back has lost it.",
            "`size: int = Field(default=0, exclude=True)`.",
            "Write it again; leave it out where it is not wanted with `model_dump(exclude=...)`.",
        ),
        examples=(
            _example("a field is excluded", "size: int = Field(default=0, exclude=True)"),
            _example(
                "a field is hidden from repr",
                "size: int = Field(default=0, repr=False)",
                breaks=False,
            ),
        ),
        check=_field_excluded,
        rank=28,
    ),
    Rule(
        id="field-frozen",
        family="fields",
        summary="A field can't be assigned any more",
        severity=Severity.BREAK,
        directions=(Direction.SOURCE,),
        witness="code",
        doc=doc(
            "A field became frozen.",
            "Assigning it raises a `ValidationError`. Where nothing shows that the consumer "
            "assigns it or offers the class on, this is a warning.",
            "`size: int = Field(default=0, frozen=True)`.",
            "Let it be assigned, or make a changed copy with `model_copy(update=...)`.",
        ),
        examples=(
            _example("a field is frozen", "size: int = Field(default=0, frozen=True)"),
            _example(
                "a field says that it is not frozen",
                "size: int = Field(default=0, frozen=False)",
                breaks=False,
            ),
        ),
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
        doc=doc(
            "A field is marked as deprecated now.",
            "Reading it warns. Where warnings are errors, it fails; some day it will be gone.",
            '`size: int = Field(default=0, deprecated="use length")`.',
            "Move off it before it goes.",
        ),
        examples=(
            _example(
                "a field is deprecated", 'size: int = Field(default=0, deprecated="use name")'
            ),
            _example(
                "a description speaks of deprecation",
                'size: int = Field(default=0, description="deprecated some day")',
                breaks=False,
            ),
        ),
        check=_field_deprecated,
        rank=39,
    ),
)
