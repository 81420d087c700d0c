"""Where a payload goes wrong: the class and field that a path through a model leads to."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from contract_check.model.observation import (
    Failure,
    FieldDescription,
    Observation,
    ValidationIssue,
)
from contract_check.rules.case import Case, is_root, locate
from contract_check.rules.interface import Locus

_INIT_REFUSES = re.compile(r"([\w.]+)\.__init__\(\) ")
_TAG = re.compile(r"(?:using|discriminator) '(\w+)'")
"""In Pydantic's words for a tag that is wrong, and for one that is missing."""


def issue_loci(case: Case, model: str, failure: Failure | None) -> tuple[Locus, ...]:
    """The places a model's refusal names, each once; the model itself where it names none."""
    if failure is None or not failure.errors:
        raised = _class_called(case, failure.message) if failure is not None else None
        return (raised or locus_at(case, model, ()),)
    found = dict.fromkeys(_issue_locus(case, model, issue) for issue in failure.errors)
    return tuple(found)


def issue_types(case: Case, model: str, failure: Failure | None) -> tuple[tuple[Locus, str], ...]:
    """The places a model's refusal names, each with the type of error, as Pydantic names it."""
    errors = failure.errors if failure is not None else ()
    return tuple(dict.fromkeys((_issue_locus(case, model, issue), issue.type) for issue in errors))


def _issue_locus(case: Case, model: str, issue: ValidationIssue) -> Locus:
    return told_at(case, model, issue.loc, (issue,))


def _class_called(case: Case, message: str) -> Locus | None:
    """The described class whose `__init__` a TypeError of Python's own names."""
    named = _INIT_REFUSES.match(message)
    if named is None:
        return None
    for symbol in case.candidate.described.symbols.values():
        if (symbol.identity or symbol.ref).rpartition(":")[2] == named[1]:
            return Locus(case.label_of(symbol))
    return None


def told_at(
    case: Case, model: str, path: tuple[str | int, ...], issues: Iterable[ValidationIssue]
) -> Locus:
    """The place of a path, explained by the tags that issues on the way to it complain of.

    Where no arm of a union takes the tag, the fields that hold the arms' tags are the cause.
    """
    found = locus_at(case, model, path)
    sides = [side for side in (case.baseline, case.candidate) if side is not None]
    arms = [
        Locus(*locate(case, side, arm, (tag[1],)))
        for issue in issues
        if issue.type.startswith("union_tag_") and path[: len(issue.loc)] == issue.loc
        if (tag := _TAG.search(issue.message))
        for side in sides
        if (field := _field_at(case, side, model, issue.loc)) is not None
        for arm in field.types
    ]
    return replace(found, explained_by=(*found.explained_by, *dict.fromkeys(arms)))


def locus_at(case: Case, model: str, path: Iterable[str | int]) -> Locus:
    """The place of a path through a model: by the baseline's description where it knows the field.

    An enum that the field is annotated with may be the cause as well. What neither side knows as
    a field of a consumer's class is the provider's doing: a field that went, a validator of the
    whole model.
    """
    parts = tuple(path)
    for observation in (case.baseline, case.candidate):
        found = known_at(case, observation, model, parts) if observation else None
        if observation is not None and found is not None:
            return replace(found, explained_by=_route(case, observation, model, parts, found))
    name, place = locate(case, case.baseline or case.candidate, model, parts)
    for contract in case.contracts_of("extends"):
        if contract.consumer == model and case.label(model) == name:
            return Locus(label_at(case, contract.provider), place, (Locus(name, place),))
    return Locus(name, place)


def _route(
    case: Case, observation: Observation, model: str, path: tuple[str | int, ...], end: Locus
) -> tuple[Locus, ...]:
    """The fields that a path leads through on its way to a place."""
    found = (known_at(case, observation, model, path[:length]) for length in range(1, len(path)))
    ways = (Locus(way.label, way.path) for way in found if way is not None)
    return tuple(dict.fromkeys(way for way in ways if not end.covers(way)))


def label_at(case: Case, ref: str) -> str:
    """The label of what a ref is, as the baseline has it, else the candidate, else by its name."""
    for observation in (case.baseline, case.candidate):
        symbol = observation.symbol(ref) if observation else None
        if symbol is not None and symbol.kind != "missing":
            return case.label(symbol.identity or ref)
    return case.label(ref)


def known_at(
    case: Case, observation: Observation, model: str, path: tuple[str | int, ...]
) -> Locus | None:
    """The field that a path leads to on one side; None where that side describes no such field."""
    field = _field_at(case, observation, model, path)
    if field is None:
        return None
    name, place = locate(case, observation, model, path)
    return Locus(name, place, _values(case, observation, field.types))


def _values(case: Case, observation: Observation, types: Iterable[str]) -> tuple[Locus, ...]:
    """The described enums and models of one value among the classes of an annotation, as places."""
    known = {
        case.label_of(symbol): "root" if is_root(symbol) else None
        for symbol in observation.described.symbols.values()
        if symbol.kind == "enum" or is_root(symbol)
    }
    return tuple(Locus(name, known[name]) for name in map(case.label, types) if name in known)


def _field_at(
    case: Case, observation: Observation, model: str, path: tuple[str | int, ...]
) -> FieldDescription | None:
    """What is known of the field that a path through a model leads to."""
    name, place = locate(case, observation, model, path)
    for ref, symbol in observation.described.symbols.items():
        if case.label(symbol.identity or ref) == name and place in symbol.fields:
            return symbol.fields[place]
    return None


def first_issue(failure: Failure | None) -> str:
    """A failure in one line: the first thing that a validator complained of."""
    if failure is None:
        return "no reason given"
    if failure.errors:
        issue = failure.errors[0]
        place = ".".join(map(str, issue.loc))
        return f"{place}: {issue.message}" if place else issue.message
    return ": ".join((failure.type, *failure.message.splitlines()[:1]))
