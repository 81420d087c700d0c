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
from contract_check.rules.interface import Draft, Rule
from contract_check.rules.pairs import (
    BREAKING,
    FieldPair,
    changed_fields,
    field_draft,
    property_schemas,
    shown,
)

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
            told.append(f"{', '.join(sorted(gained))}")
        if _is_aware(old) and not _is_aware(new):
            told.append("times without a time zone")
        found = shown(case, [pair.locus], {"accepted"}) if told else []
        if found:
            yield field_draft(
                case,
                pair,
                f"{pair} accepts values that it refused before: {'; '.join(told)}",
                "Upgrade readers before anybody writes what they refuse.",
                found,
                cause=_alias(old, new) if gained else None,
            )


def _is_aware(described: FieldDescription) -> bool:
    return "AwareDatetime" in described.annotation or any(
        "AwareDatetime" in text or "tz_constraint" in text for text in described.constraints
    )


def _rule(
    identifier: str,
    check: Callable[[Case], Iterator[Draft]],
    summary: str,
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
        check=check,
        rank=rank,
    )


RULES = (
    _rule(
        "bound-tightened",
        _tightened(_BOUND),
        "A number must lie within tighter bounds",
        32,
    ),
    _rule(
        "length-tightened",
        _tightened(_LENGTH),
        "A text, list or mapping must have a tighter length",
        32,
    ),
    _rule(
        "pattern-tightened",
        _tightened(_PATTERN),
        "A text must match a tighter pattern",
        32,
    ),
    _rule(
        "multiple-of-tightened",
        _tightened(_MULTIPLE),
        "A number must be a multiple of another step",
        32,
    ),
    _rule(
        "literal-narrowed",
        _literal_narrowed,
        "A value is no longer among those a Literal names",
        31,
    ),
    _rule(
        "unique-required",
        _unique_required,
        "The items of a list must differ from each other",
        32,
        Severity.WARNING,
    ),
    _rule(
        "timezone-required",
        _timezone_required,
        "A time must have a time zone",
        31,
    ),
    _rule(
        "finite-required",
        _finite_required,
        "A number may not be infinite or NaN",
        31,
        Severity.WARNING,
    ),
    _rule(
        "constraint-loosened",
        _constraint_loosened,
        "A field accepts values that it refused before",
        37,
        Severity.WARNING,
        (_READ_BY,),
    ),
)
