"""Fields that came, went, or bear another name."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import replace

from contract_check.model.observation import FieldDescription
from contract_check.model.report import Direction, Severity
from contract_check.rules.case import Case
from contract_check.rules.evidence import Seen
from contract_check.rules.interface import Draft, Example, Locus, Program, Rule
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
from contract_check.rules.wording import doc

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
            message = f"{pair.owner} became something else: none of its fields is left ({names})"
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
                f"{pair} is no field any more but a {kind}: it can't be given, and what is given "
                "is lost",
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


_EVENT = """
from pydantic import BaseModel

class Event(BaseModel):
    name: str
    size: int
    note: str = ""
"""
_USER = """
from provider import Event

def make():
    return Event(name="a", size=1)

def show(event: Event):
    return event.note
"""

_ARMS = """
from typing import Annotated, Literal
from pydantic import BaseModel, Field

class A(BaseModel):
    kind: Literal["a"] = "a"
    x: int

class B(BaseModel):
    kind: Literal["b"] = "b"
    note: str = "none"
"""
_BY_FIT = "\nclass Box(BaseModel):\n    item: A | B\n"
_BY_TAG = _BY_FIT.replace("A | B", 'Annotated[A | B, Field(discriminator="kind")]')

RULES = (
    Rule(
        id="field-renamed",
        family="fields",
        summary="A field has another name",
        severity=Severity.BREAK,
        directions=(_READS, _READ_BY, _SOURCE),
        witness="payload",
        doc=doc(
            "A field is gone, and another of the same type, default and constraints came.",
            "Payloads and constructor calls that give the old name are refused or lose the value, "
            "attribute reads fail, and readers of the dump miss the old name.",
            "`size` is called `length` now.",
            "Keep the old name as an alias (`validation_alias`, `serialization_alias`) and offer "
            "the old attribute as a property, or keep the field's name.",
        ),
        examples=(
            Example(
                title="a required field is renamed",
                old=_EVENT,
                new=_EVENT.replace("size: int", "length: int"),
                consumer=_USER,
            ),
            Example(
                title="a field with a default is renamed",
                old=_EVENT,
                new=_EVENT.replace("note: str", "remark: str"),
                consumer=_USER,
            ),
            Example(
                title="the fields are written in another order",
                old=_EVENT,
                new=_EVENT.replace(
                    "    name: str\n    size: int\n", "    size: int\n    name: str\n"
                ),
                consumer=_USER,
                breaks=False,
            ),
        ),
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
        doc=doc(
            "A field that the model had with the baseline is not there any more.",
            "What is given for it is refused or silently dropped, code that reads the attribute "
            "fails, and readers of the dump miss it.",
            "`note` is removed from `Event`.",
            "Keep the field, optional and deprecated, until nobody reads or writes it.",
        ),
        examples=(
            Example(
                title="a field is removed",
                old=_EVENT,
                new=_EVENT.replace('    note: str = ""\n', ""),
                consumer=_USER,
            ),
            Example(
                title="a field is removed from a model that forbids extra members",
                old=_EVENT + '    model_config = {"extra": "forbid"}\n',
                new=_EVENT.replace('    note: str = ""\n', "")
                + '    model_config = {"extra": "forbid"}\n',
                consumer=_USER,
            ),
            Example(
                title="a field moves to a base class",
                old=_EVENT,
                new="""
from pydantic import BaseModel

class _Named(BaseModel):
    name: str

class Event(_Named):
    size: int
    note: str = ""
""",
                consumer=_USER,
                breaks=False,
            ),
        ),
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
        doc=doc(
            "The name is still there on the class, but it is no field any more.",
            "It can't be given to the constructor, what payloads hold for it is lost or refused, "
            "and unless it is a computed field it is missing in the dump.",
            "`note: str` becomes a `@property`.",
            "Keep the field, and offer the derived value under another name.",
        ),
        examples=(
            Example(
                title="a field becomes a property",
                old=_EVENT,
                new=_EVENT.replace(
                    '    note: str = ""\n',
                    '\n    @property\n    def note(self) -> str:\n        return "derived"\n',
                ),
                consumer=_USER,
            ),
            Example(
                title="a field becomes a class variable",
                old=_EVENT,
                new="from typing import ClassVar\n"
                + _EVENT.replace("note: str", "note: ClassVar[str]"),
                consumer=_USER,
            ),
            Example(
                title="a field becomes a property that gives what the consumer gives",
                old=_EVENT,
                new=_EVENT.replace('    note: str = ""\n', "")
                + "\n    @property\n    def note(self) -> str:\n        return 'b'\n",
                consumer="""
                    from provider import Event

                    class Own(Event):
                        pass

                    def make():
                        return Own(name="a", size=1, note="b").note
                    """,
            ),
            Example(
                title="a property is added beside the field",
                old=_EVENT,
                new=_EVENT
                + "\n    @property\n    def text(self) -> str:\n        return self.note\n",
                consumer=_USER,
                breaks=False,
            ),
        ),
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
        doc=doc(
            "The model has a field it did not have with the baseline, and that has no default.",
            "Payloads written before lack it and are refused, and so do the calls that make "
            "instances.",
            "`source: str` is added to `Event`.",
            "Give the new field a default.",
        ),
        examples=(
            Example(
                title="a required field is added",
                old=_EVENT,
                new=_EVENT + "    source: str\n",
                consumer=_USER,
            ),
            Example(
                title="a required field is added to the base of a model",
                old=_EVENT,
                new=_EVENT + "    source: str\n    \n",
                consumer="""
from provider import Event

class Own(Event):
    extra: int = 0

def make():
    return Own(name="a", size=1)
""",
            ),
            Example(
                title="a class variable is added",
                old=_EVENT,
                new="from typing import ClassVar\n"
                + _EVENT
                + '    source: ClassVar[str] = "here"\n',
                consumer=_USER,
                breaks=False,
            ),
        ),
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
        doc=doc(
            "The model has a new field with a default.",
            "Nothing breaks, as long as readers ignore members they don't know. Where a reader "
            "with the baseline forbids them it refuses what is written now, and this is a break.",
            "`source: str | None = None` is added to `Event`.",
            "Let readers ignore what they don't know before anybody writes the new field.",
        ),
        examples=(
            Example(
                title="an optional field is added",
                old=_EVENT,
                new=_EVENT + "    source: str | None = None\n",
                consumer=_USER,
            ),
            *(
                Example(
                    title=f"an optional field is added to an arm of a union, {how}",
                    old=_ARMS + union,
                    new=_ARMS.replace("x: int", "x: int\n    note: int = Field(default=1, ge=0)")
                    + union,
                    consumer="from provider import A, B, Box\n\ndef make():\n"
                    '    return Box(item=A(x=1)), Box(item=B(note="b"))\n',
                )
                for how, union in (("by its tag", _BY_TAG), ("by what fits", _BY_FIT))
            ),
            Example(
                title="a private attribute is added",
                old=_EVENT,
                new=_EVENT + "    _seen: int = 0\n",
                consumer=_USER,
                breaks=False,
            ),
        ),
        check=_optional_field_added,
        rank=38,
    ),
)
