"""Constraints: which values of its type does a field still take?

What changed is read from the field's JSON Schema and from its metadata, whichever shows it; which
way it changed is what the replay says. A limit that is spelled otherwise shows nothing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from pydantic import JsonValue

from contract_check.model.observation import FieldDescription
from contract_check.model.report import Direction, Severity
from contract_check.rules.case import Case
from contract_check.rules.evidence import Seen
from contract_check.rules.fields.annotations import literals
from contract_check.rules.interface import Draft, Example, Rule
from contract_check.rules.pairs import (
    BREAKING,
    FieldPair,
    changed_fields,
    field_draft,
    property_schemas,
    shown,
)
from contract_check.rules.wording import doc

_READS, _READ_BY = Direction.READS_OLD, Direction.READ_BY_OLD
Limits = Mapping[str, str]
"""Where and what, in words."""


@dataclass(frozen=True)
class _Sort:
    """A sort of constraint.

    Args:
        name: for sentences.
        keywords: JSON Schema's, with their words.
        metadata: finds it in a piece of a field's metadata.
        issues: matches the types of the errors it gives (Pydantic's documentation, "Validation
            errors").
    """

    name: str
    keywords: Mapping[str, str]
    metadata: re.Pattern[str]
    issues: re.Pattern[str]


_BOUND = _Sort(
    "bound",
    {
        "minimum": "at least {}",
        "exclusiveMinimum": "greater than {}",
        "maximum": "at most {}",
        "exclusiveMaximum": "less than {}",
    },
    re.compile(r"\b(ge|gt|le|lt|max_digits|decimal_places)=(?!None)"),
    re.compile(r"greater_than|less_than|decimal_"),
)
_LENGTH = _Sort(
    "length",
    {
        "minLength": "at least {} long",
        "maxLength": "at most {} long",
        "minItems": "at least {} items",
        "maxItems": "at most {} items",
        "minProperties": "at least {} members",
        "maxProperties": "at most {} members",
    },
    re.compile(r"\b(min_length|max_length)=(?!None)"),
    re.compile(r"too_short|too_long"),
)
_PATTERN = _Sort(
    "pattern",
    {"pattern": "the pattern {}"},
    re.compile(r"\bpattern=(?!None)"),
    re.compile(r"pattern"),
)
_MULTIPLE = _Sort(
    "step",
    {"multipleOf": "a multiple of {}"},
    re.compile(r"\bmultiple_of=(?!None)"),
    re.compile(r"multiple_of"),
)
_UNIQUE = _Sort(
    "uniqueness",
    {"uniqueItems": "items that differ"},
    re.compile(r"\bunique", re.IGNORECASE),
    re.compile(r""),
)
_FINITE = _Sort(
    "finiteness",
    {},
    re.compile(r"allow_inf_nan=False"),
    re.compile(r"finite_number"),
)
_PIECE = re.compile(r"^\w+\((.*)\)$")
"""A piece of metadata as its class spells it: `Ge(ge=1)`."""
_SORTS = (_BOUND, _LENGTH, _PATTERN, _MULTIPLE, _UNIQUE, _FINITE)


def _limits(schema: JsonValue, sort: _Sort, path: str = "") -> dict[str, str]:
    """The constraints of a sort anywhere in a field's schema, by their place in it."""
    found: dict[str, str] = {}
    if isinstance(schema, dict):
        for key, value in schema.items():
            if key in sort.keywords and not isinstance(value, dict):
                found[f"{path}/{key}"] = sort.keywords[key].format(_number(value))
            elif key not in ("default", "examples", "const", "enum"):
                found |= _limits(value, sort, f"{path}/{key}")
    elif isinstance(schema, list):
        for index, item in enumerate(schema):
            found |= _limits(item, sort, f"{path}/{index}")
    return found


def _number(value: JsonValue) -> str:
    """A limit as JSON; `0.0` and `0` are one limit."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return json.dumps(value)


def _metadata(described: FieldDescription, sort: _Sort) -> dict[str, str]:
    return {
        text: _PIECE.sub(r"\1", text)
        for text in described.constraints
        if sort.metadata.search(text)
    }


def _sides(pair: FieldPair, sort: _Sort) -> tuple[str, str] | None:
    """A sort of constraint, old and new in words; None where nothing of it changed."""
    assert pair.old is not None
    assert pair.new is not None
    schemas = property_schemas(pair)
    old, new = (_limits(schema, sort) for schema in schemas)
    if old == new:
        old, new = _metadata(pair.old, sort), _metadata(pair.new, sort)
    if old == new:
        configured = _configuration(pair, sort)
        return None if configured[0] == configured[1] else configured
    # The same limits at another place of the schema are a change of type, which has its own rule.
    words = _words(old), _words(new)
    return None if words[0] == words[1] else words


def _configuration(pair: FieldPair, sort: _Sort) -> tuple[str, str]:
    """What the model's configuration says of a sort, old and new."""
    model = pair.models[0]
    return _configured(model.old.config, sort), _configured(model.new.config, sort)


def _is_configured(pair: FieldPair, sort: _Sort) -> bool:
    """Whether the model's configuration changed of it, which acts on all of its fields."""
    old, new = _configuration(pair, sort)
    return old != new


def _configured(config: Mapping[str, str], sort: _Sort) -> str:
    """What the model's configuration says of a sort: it may forbid infinity for all fields."""
    if sort is _FINITE and config.get("allow_inf_nan") == "False":
        return "a finite number"
    if sort is _LENGTH:
        limits = {key: config[key] for key in ("str_min_length", "str_max_length") if key in config}
        return ", ".join(f"{key}={value}" for key, value in limits.items()) or "not limited"
    return "not limited"


def _words(limits: Limits) -> str:
    return ", ".join(dict.fromkeys(limits.values())) or "not limited"


def _tightened(sort: _Sort) -> Callable[[Case], Iterator[Draft]]:
    def check(case: Case) -> Iterator[Draft]:
        for pair, _, _ in changed_fields(case):
            sides = _sides(pair, sort)
            if sides is None:
                continue
            found = shown(
                case, [pair.locus], {"rejected"}, issues=lambda kind: bool(sort.issues.search(kind))
            )
            if found:
                yield field_draft(
                    case,
                    pair,
                    f"the {sort.name} of {pair} is tighter: {sides[1]} now, {sides[0]} before",
                    "Loosen it again, or migrate what is stored first.",
                    found,
                    cause=case.class_behind(pair.label) if _is_configured(pair, sort) else None,
                )

    return check


def _literal_narrowed(case: Case) -> Iterator[Draft]:
    for pair, old, new in changed_fields(case):
        lost = literals(old.annotation) - literals(new.annotation)
        if not lost or not literals(new.annotation):
            continue
        found = shown(case, [pair.locus], BREAKING)
        if found:
            yield field_draft(
                case,
                pair,
                f"{pair} no longer takes {', '.join(sorted(lost))}",
                "Keep the value, or migrate what is stored with it.",
                found,
                cause=_alias(old, new),
            )


def _alias(old: FieldDescription, new: FieldDescription) -> str:
    """A Literal as it was and as it is: an alias of it can be the type of many fields."""
    return f"{sorted(literals(old.annotation))} {sorted(literals(new.annotation))}"


def _gentle(pair: FieldPair, case: Case, is_it: Callable[[Seen], bool]) -> tuple[list[Seen], bool]:
    """What was refused for a reason that is rare in practice, and whether that is all."""
    whole = shown(case, [pair.locus], BREAKING)
    found = [item for item in whole if item.kind == "rejected" and is_it(item)]
    return found, len(found) == len(whole)


def _unique_required(case: Case) -> Iterator[Draft]:
    for pair, _, _ in changed_fields(case):
        if _sides(pair, _UNIQUE) is None:
            continue
        found, alone = _gentle(pair, case, _has_duplicates)
        if found:
            yield field_draft(
                case,
                pair,
                f"the items of {pair} must differ from each other now",
                "Accept repeated items, or drop them where they are read.",
                found,
                settles=alone,
            )


def _has_duplicates(item: Seen) -> bool:
    return item.payload is not None and _repeats(item.payload.data)


def _repeats(data: JsonValue) -> bool:
    if isinstance(data, list):
        texts = [json.dumps(value, sort_keys=True) for value in data]
        return len(set(texts)) < len(texts) or any(map(_repeats, data))
    return isinstance(data, dict) and any(map(_repeats, data.values()))


def _finite_required(case: Case) -> Iterator[Draft]:
    for pair, _, _ in changed_fields(case):
        if _sides(pair, _FINITE) is None:
            continue
        found, alone = _gentle(
            pair, case, lambda item: all(kind == "finite_number" for _, kind in item.issues)
        )
        if found:
            yield field_draft(
                case,
                pair,
                f"{pair} no longer takes infinity and NaN",
                "Accept them, or write null where there is no number.",
                found,
                settles=alone,
            )


def _timezone_required(case: Case) -> Iterator[Draft]:
    for pair, old, new in changed_fields(case):
        if old.annotation == new.annotation and old.constraints == new.constraints:
            continue
        found = shown(
            case, [pair.locus], {"rejected"}, issues=lambda kind: kind == "timezone_aware"
        )
        if found:
            yield field_draft(
                case,
                pair,
                f"{pair} must have a time zone now",
                "Accept times without one (and take them as UTC), or migrate what is stored.",
                found,
            )


def _constraint_loosened(case: Case) -> Iterator[Draft]:
    for pair, old, new in changed_fields(case):
        changes = [(sort, _sides(pair, sort)) for sort in _SORTS]
        told = [
            f"the {sort.name} was {sides[0]} and is {sides[1]} now"
            for sort, sides in changes
            if sides is not None
        ]
        gained = literals(new.annotation) - literals(old.annotation)
        if gained and literals(old.annotation):
            told.append(f"it takes {', '.join(sorted(gained))} now")
        if _is_aware(old) and not _is_aware(new):
            told.append("it needs no time zone now")
        found = shown(case, [pair.locus], {"accepted"}) if told else []
        if found:
            yield field_draft(
                case,
                pair,
                f"{pair} takes more values than before: {'; '.join(told)}",
                "Upgrade readers before anybody writes what they refuse.",
                found,
                cause=_alias(old, new) if gained else None,
            )


def _is_aware(described: FieldDescription) -> bool:
    return "AwareDatetime" in described.annotation or any(
        "AwareDatetime" in text or "tz_constraint" in text for text in described.constraints
    )


_EVENT = """
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Literal
from pydantic import (
    AfterValidator, AwareDatetime, BaseModel, Field, FiniteFloat, PositiveInt, WithJsonSchema,
    conint, constr,
)

def _distinct(items: list[str]) -> list[str]:
    if len(set(items)) < len(items):
        raise ValueError("an item twice")
    return items

class Event(BaseModel):
    size: int = Field(gt=0)
    name: str = Field(min_length=1, max_length=20)
    code: str = Field(default="AB", pattern="^[A-Z]+$")
    state: Literal["on", "off", "idle"] = "on"
    step: int = 10
    ratio: float = 0.5
    at: datetime = datetime(2024, 1, 1)
    tags: list[str] = []
    price: Decimal = Field(Decimal("1"), decimal_places=4)
    day: date = date(2024, 1, 1)
"""
_PRICE = 'price: Decimal = Field(Decimal("1"), decimal_places=4)'
_DAY = "day: date = date(2024, 1, 1)"
_USER = """
from provider import Event

def make():
    return Event(name="a", size=1)
"""
_SIZE = "size: int = Field(gt=0)"
_NAME = "name: str = Field(min_length=1, max_length=20)"
_CODE = 'code: str = Field(default="AB", pattern="^[A-Z]+$")'
_STATE = 'state: Literal["on", "off", "idle"]'


def _example(title: str, old: str, new: str, *, breaks: bool = True) -> Example:
    assert old in _EVENT
    return Example(
        title=title, old=_EVENT, new=_EVENT.replace(old, new), consumer=_USER, breaks=breaks
    )


def _alias_example(title: str, old: str, new: str, *, breaks: bool = True) -> Example:
    """An example of a type that is only a name, in a model of the consumer's own."""
    return Example(
        title=title,
        old=f"{_TYPING}\nKind = {old}\n",
        new=f"{_TYPING}\nKind = {new}\n",
        consumer="""
        from provider import Kind
        from pydantic import BaseModel

        class Own(BaseModel):
            kind: Kind
        """,
        breaks=breaks,
    )


_TYPING = """
from typing import Annotated, Literal
from pydantic import Field
"""


def _rule(
    identifier: str,
    check: Callable[[Case], Iterator[Draft]],
    summary: str,
    text: str,
    examples: tuple[Example, ...],
    rank: int,
    severity: Severity = Severity.BREAK,
    directions: tuple[Direction, ...] = (_READS,),
) -> Rule:
    return Rule(
        id=identifier,
        family="constraints",
        summary=summary,
        severity=severity,
        directions=directions,
        witness="payload",
        doc=text,
        examples=examples,
        check=check,
        rank=rank,
    )


RULES = (
    _rule(
        "bound-tightened",
        _tightened(_BOUND),
        "A number must lie within tighter bounds",
        doc(
            "A minimum rose, a maximum fell, or one was added.",
            "Stored numbers outside are refused.",
            "`Field(ge=0)` becomes `Field(ge=1)`.",
            "Keep the bound, or migrate what is stored.",
        ),
        (
            _example("a minimum rises", _SIZE, "size: int = Field(ge=5)"),
            _example("a maximum is added", _SIZE, "size: int = Field(gt=0, le=100)"),
            _example("fewer decimal places", _PRICE, 'price: Decimal = Field(Decimal("1"), '
                     "decimal_places=2)"),
            _example("an earliest day", _DAY, "day: date = Field(date(2024, 1, 1), "
                     "ge=date(2020, 1, 1))"),
            _example("the same decimal places in Annotated", _PRICE,
                     "price: Annotated[Decimal, Field(decimal_places=4)] = Decimal(1)",
                     breaks=False),
            _example("an equal bound spelled otherwise", _SIZE, "size: int = Field(ge=1)",
                     breaks=False),
            _example("an equal bound by a named type", _SIZE, "size: PositiveInt", breaks=False),
            _example("an equal bound by a constrained type", _SIZE, "size: conint(gt=0)",
                     breaks=False),
            _example("an equal bound in Annotated", _SIZE, "size: Annotated[int, Field(gt=0)]",
                     breaks=False),
            _alias_example("a minimum of an alias rises", "Annotated[int, Field(gt=0)]",
                           "Annotated[int, Field(gt=10)]"),
            _alias_example("an equal bound of an alias", "Annotated[int, Field(gt=0)]",
                           "Annotated[int, Field(ge=1)]", breaks=False),
        ),
        32,
    ),
    _rule(
        "length-tightened",
        _tightened(_LENGTH),
        "A text, list or mapping must have a tighter length",
        doc(
            "A least length rose, a greatest fell, or one was added.",
            "Stored values that are too short or too long are refused.",
            "`Field(max_length=20)` becomes `Field(max_length=10)`.",
            "Keep the length, or migrate what is stored.",
        ),
        (
            _example("a text must be shorter", _NAME,
                     "name: str = Field(min_length=1, max_length=10)"),
            _example("a list may not be empty", "tags: list[str] = []",
                     "tags: list[str] = Field(default=[], min_length=1)"),
            _example("an equal length by a constrained type", _NAME,
                     "name: constr(min_length=1, max_length=20)", breaks=False),
        ),
        32,
    ),
    _rule(
        "pattern-tightened",
        _tightened(_PATTERN),
        "A text must match a tighter pattern",
        doc(
            "A pattern was added, or another one refuses what the old one let through.",
            "Stored texts are refused.",
            '`pattern="^[A-Z]+$"` becomes `pattern="^[A-Z]{3}$"`.',
            "Keep the pattern, or migrate what is stored.",
        ),
        (
            _example("fewer characters are allowed", _CODE,
                     'code: str = Field(default="AB", pattern="^[A-M]+$")'),
            _example("an equal pattern spelled otherwise", _CODE,
                     'code: str = Field(default="AB", pattern="^[A-Z][A-Z]*$")', breaks=False),
        ),
        32,
    ),
    _rule(
        "multiple-of-tightened",
        _tightened(_MULTIPLE),
        "A number must be a multiple of another step",
        doc(
            "`multiple_of` was added, or another one refuses what the old one let through.",
            "Stored numbers in between are refused.",
            "`Field(multiple_of=5)` is added.",
            "Keep the step, or migrate what is stored.",
        ),
        (
            _example("a step is added", "step: int = 10",
                     "step: int = Field(default=10, multiple_of=5)"),
            _example("whole numbers are multiples of one", "step: int = 10",
                     "step: int = Field(default=10, multiple_of=1)", breaks=False),
        ),
        32,
    ),
    _rule(
        "literal-narrowed",
        _literal_narrowed,
        "A value is no longer among those a Literal names",
        doc(
            "A Literal lost one of its values.",
            "Stored documents with that value are refused, and so is code that gives it.",
            '`Literal["on", "off", "idle"]` becomes `Literal["on", "off"]`.',
            "Keep the value, or migrate what is stored with it.",
        ),
        (
            _example("a value is dropped", _STATE, 'state: Literal["on", "off"]'),
            _example("the values in another order", _STATE, 'state: Literal["idle", "off", "on"]',
                     breaks=False),
            _alias_example("a value is dropped from an alias that the consumer's model holds",
                           'Literal["on", "off", "idle"]', 'Literal["on", "off"]'),
            _alias_example("the values of an alias in another order",
                           'Literal["on", "off", "idle"]', 'Literal["idle", "off", "on"]',
                           breaks=False),
        ),
        31,
    ),
    _rule(
        "unique-required",
        _unique_required,
        "The items of a list must differ from each other",
        doc(
            "A list whose schema now says `uniqueItems` refuses repeated items.",
            "Stored lists with an item twice are refused. This is a warning as long as nothing "
            "else is refused.",
            "`list[str]` gets a validator and the schema of a set.",
            "Accept repeated items, or drop them where they are read.",
        ),
        (
            _example(
                "repeated items are refused",
                "tags: list[str] = []",
                "tags: Annotated[list[str], AfterValidator(_distinct), WithJsonSchema("
                '{"type": "array", "items": {"type": "string"}, "uniqueItems": True})] = []',
            ),
            _example("the items get a description", "tags: list[str] = []",
                     'tags: list[str] = Field(default=[], description="all different")',
                     breaks=False),
        ),
        32,
        Severity.WARNING,
    ),
    _rule(
        "timezone-required",
        _timezone_required,
        "A time must have a time zone",
        doc(
            "A field takes times with a time zone alone.",
            "Stored times without one are refused.",
            "`datetime` becomes `AwareDatetime`.",
            "Accept times without one and take them as UTC, or migrate what is stored.",
        ),
        (
            _example("naive times are refused", "at: datetime", "at: AwareDatetime"),
            _example("an optional title", "at: datetime = datetime(2024, 1, 1)",
                     'at: datetime = Field(default=datetime(2024, 1, 1), title="At")',
                     breaks=False),
        ),
        31,
    ),
    _rule(
        "finite-required",
        _finite_required,
        "A number may not be infinite or NaN",
        doc(
            "A field no longer takes infinity and NaN.",
            "JSON itself lacks both, so that few documents hold them; those that do, as text, are "
            "refused.",
            "`float` becomes `FiniteFloat`.",
            "Accept them, or write null where there is no number.",
        ),
        (
            _example("infinity is refused", "ratio: float", "ratio: FiniteFloat"),
            _example("a number that says it may be infinite", "ratio: float = 0.5",
                     "ratio: float = Field(default=0.5, allow_inf_nan=True)", breaks=False),
        ),
        31,
        Severity.WARNING,
    ),
    _rule(
        "constraint-loosened",
        _constraint_loosened,
        "A field takes values that it refused",
        doc(
            "A bound, a length, a pattern, a step or a Literal admits more than before.",
            "Nothing breaks here. Peers with the baseline refuse such values once they are "
            "written.",
            "`Field(ge=1)` becomes `Field(ge=0)`.",
            "Upgrade readers before anybody writes what they refuse.",
        ),
        (
            _example("a bound is loosened", _SIZE, "size: int = Field(ge=0)"),
            _example("a length is loosened", _NAME,
                     "name: str = Field(min_length=1, max_length=40)"),
            _example("a pattern is dropped", _CODE, 'code: str = "AB"'),
            _example("a Literal takes one more", _STATE,
                     'state: Literal["on", "off", "idle", "lost"]'),
            _example("an equal bound spelled otherwise", _SIZE, "size: int = Field(ge=1)",
                     breaks=False),
        ),
        37,
        Severity.WARNING,
        (_READ_BY,),
    ),
)  # fmt: skip
