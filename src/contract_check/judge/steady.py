"""Two observations of the same sides, and what they agree on.

A process id, a moment at import, the order of a set made into a list: such values are the same
each time one process is asked, and another in the next process. They say nothing about a version.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import TypeVar

from pydantic import JsonValue

from contract_check.model.observation import (
    VOLATILE,
    CallOutcome,
    Encoded,
    EnumMember,
    FieldDescription,
    HttpOutcome,
    Member,
    Observation,
    Outcome,
    Parameter,
    Reading,
    Replayed,
    Signature,
    Symbol,
    WarningSeen,
)
from contract_check.rules.case import Case

T = TypeVar("T")


def steadied(first: Case, second: Case) -> Case:
    """A case with every value replaced that differs between two observations of one side.

    What went another way altogether (accepted once, refused once) is left out on both sides.

    Args:
        first: the facts.
        second: the facts again, from other processes.
    """
    candidate = _observation(first.candidate, second.candidate)
    baseline = None
    if first.baseline is not None and second.baseline is not None:
        baseline = _observation(first.baseline, second.baseline)
    return without_unstable(dataclasses.replace(first, candidate=candidate, baseline=baseline))


def without_unstable(case: Case) -> Case:
    """A case without the payloads that went another way each time one of its sides read them."""
    sides = [side for side in (case.candidate, case.baseline) if side is not None]
    lost = {item.payload for side in sides for item in side.replayed.outcomes if item.unstable}
    if not lost:
        return case
    return dataclasses.replace(
        case,
        candidate=_without(case.candidate, lost),
        baseline=None if case.baseline is None else _without(case.baseline, lost),
    )


def _without(observation: Observation, lost: set[str]) -> Observation:
    outcomes = tuple(item for item in observation.replayed.outcomes if item.payload not in lost)
    replayed = observation.replayed.model_copy(update={"outcomes": outcomes})
    return observation.model_copy(update={"replayed": replayed})


def _observation(first: Observation, second: Observation) -> Observation:
    symbols = _paired(first.described.symbols, second.described.symbols)
    described = first.described.model_copy(
        update={"symbols": {ref: _symbol(one, other) for ref, (one, other) in symbols.items()}}
    )
    return first.model_copy(
        update={"described": described, "replayed": _replayed(first.replayed, second.replayed)}
    )


def _paired(first: Mapping[str, T], second: Mapping[str, T]) -> dict[str, tuple[T, T]]:
    """Each value with its other one, or with itself where there is none."""
    return {key: (value, second.get(key, value)) for key, value in first.items()}


def _symbol(first: Symbol, second: Symbol) -> Symbol:
    if first == second or first.kind != second.kind:
        return first
    fields = _paired(first.fields, second.fields)
    members = _paired(first.members, second.members)
    config = _paired(first.config, second.config)
    enumerated = {item.name: item for item in second.enum_members}
    return first.model_copy(
        update={
            "value": _settled(first.value, second.value),
            "fields": {name: _field(*pair) for name, pair in fields.items()},
            "members": {name: _member(*pair) for name, pair in members.items()},
            "config": {name: _text(*pair) for name, pair in config.items()},
            "constructor": _signature(first.constructor, second.constructor),
            "signature": _signature(first.signature, second.signature),
            "enum_members": tuple(
                _enum_member(item, enumerated.get(item.name, item)) for item in first.enum_members
            ),
        }
    )


def _field(first: FieldDescription, second: FieldDescription) -> FieldDescription:
    return first.model_copy(update={"default": _settled(first.default, second.default)})


def _member(first: Member, second: Member) -> Member:
    return first.model_copy(
        update={
            "signature": _signature(first.signature, second.signature),
            "value": _text(first.value, second.value),
        }
    )


def _enum_member(first: EnumMember, second: EnumMember) -> EnumMember:
    return first.model_copy(
        update={
            "value": _settled(first.value, second.value),
            "text": _text(first.text, second.text),
            "formatted": _text(first.formatted, second.formatted),
        }
    )


def _signature(first: Signature | None, second: Signature | None) -> Signature | None:
    if first is None or second is None or first.parameters is None:
        return first
    known = {item.name: item for item in second.parameters or ()}
    parameters = tuple(_parameter(item, known.get(item.name, item)) for item in first.parameters)
    return first.model_copy(update={"parameters": parameters})


def _parameter(first: Parameter, second: Parameter) -> Parameter:
    return first.model_copy(
        update={
            "default": _text(first.default, second.default),
            "made": _text(first.made, second.made),
        }
    )


def _text(first: str | None, second: str | None) -> str | None:
    return first if first == second else VOLATILE


def _replayed(first: Replayed, second: Replayed) -> Replayed:
    outcomes = {item.payload: item for item in second.outcomes}
    calls = {item.id: item for item in second.calls}
    http = {item.id: item for item in second.http}
    scenarios = {item.id: item for item in second.scenarios}
    return first.model_copy(
        update={
            "outcomes": tuple(
                _outcome(item, outcomes.get(item.payload, item)) for item in first.outcomes
            ),
            "calls": tuple(_call(item, calls.get(item.id, item)) for item in first.calls),
            "http": tuple(_http(item, http.get(item.id, item)) for item in first.http),
            "scenarios": tuple(
                item.model_copy(
                    update={"result": _settled(item.result, scenarios.get(item.id, item).result)}
                )
                for item in first.scenarios
            ),
        }
    )


def _outcome(first: Outcome, second: Outcome) -> Outcome:
    if first == second:
        return first
    if _course(first) != _course(second):
        return first.model_copy(update={"unstable": True})
    values = ("attributes", "python", "python_alias", "json_", "json_alias")
    settled = {name: _settled(getattr(first, name), getattr(second, name)) for name in values}
    read_by = {
        ref: _reading(one, other)
        for ref, (one, other) in _paired(first.read_by, second.read_by).items()
        if one.accepted == other.accepted
    }
    return first.model_copy(
        update={**settled, "read_by": read_by, "warnings": _warnings(first, second)}
    )


def _course(outcome: Outcome) -> tuple[object, ...]:
    """How a reading went, apart from the values it came to."""
    failures = [item for item in (outcome.failure, outcome.roundtrip_failure) if item is not None]
    issues = [[(issue.type, issue.loc) for issue in item.errors] for item in failures]
    types = [item.type for item in failures]
    return outcome.accepted, outcome.unstable, outcome.roundtrip, types, issues


def _warnings(first: Outcome, second: Outcome) -> tuple[WarningSeen, ...]:
    """The first reading's, without the text of those that read otherwise the second time."""
    known = {(item.category, item.message) for item in second.warnings}
    return tuple(
        item
        if (item.category, item.message) in known
        else item.model_copy(update={"message": VOLATILE})
        for item in first.warnings
    )


def _reading(first: Reading, second: Reading) -> Reading:
    return first.model_copy(
        update={
            "attributes": _settled(first.attributes, second.attributes),
            "json_": _settled(first.json_, second.json_),
        }
    )


def _call(first: CallOutcome, second: CallOutcome) -> CallOutcome:
    if first.outcome is None or second.outcome is None:
        return first
    properties = _paired(first.properties, second.properties)
    return first.model_copy(
        update={
            "outcome": _outcome(first.outcome, second.outcome),
            "properties": {name: _settled(*pair) for name, pair in properties.items()},
        }
    )


def _http(first: HttpOutcome, second: HttpOutcome) -> HttpOutcome:
    """The body as text is left out where it differs: what is in it is in its JSON."""
    one, other = first.reading, second.reading
    return first.model_copy(
        update={
            "body": _text(first.body, second.body),
            "json_": _settled(first.json_, second.json_),
            "reading": _reading(one, other) if one and other else one,
        }
    )


def _settled(first: Encoded | None, second: Encoded | None) -> JsonValue:
    """The parts of two values that are the same, as `contract_check_probe.encoding.settle`."""
    if first == second:
        return first
    if isinstance(first, dict) and isinstance(second, dict) and first.keys() == second.keys():
        if first.get("t") == second.get("t"):
            return {key: _settled(value, second[key]) for key, value in first.items()}
    elif isinstance(first, list) and isinstance(second, list) and len(first) == len(second):
        return [_settled(*pair) for pair in zip(first, second, strict=True)]
    return VOLATILE
