"""What could not be described or replayed is no difference between two sides: it is not checked."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping

from contract_check.model.observation import Described, Observation, Symbol
from contract_check.rules.case import Case

_TOGETHER: Mapping[str, tuple[str, ...]] = {
    "attributes": ("attributes", "open_attributes"),
    "frozen": ("frozen", "validated"),
    "members": ("protocol_members",),
}
"""Parts of a symbol that are described as one."""
_NAMED = ("fields", "members", "enum_members")
"""Parts that have names of their own: `fields.size`."""
_MOST_TOLD = 3


def without_gaps(case: Case) -> Case:
    """A case in which a part that one side could not describe is what the other side says of it.

    Payloads that one side could not replay are left out. `left_out` has all of these, and why.
    """
    candidate, baseline = case.candidate, case.baseline
    left_out = tuple(dict.fromkeys((*_gaps(candidate), *(_gaps(baseline) if baseline else ()))))
    given_up = dict(_given_up(candidate) | (_given_up(baseline) if baseline else {}))
    if not left_out and not given_up:
        return case
    told = (*left_out, *_replays(case, given_up))
    if baseline is not None:
        candidate, baseline = _filled(candidate, baseline), _filled(baseline, candidate)
    return dataclasses.replace(
        case,
        candidate=_without(candidate, given_up),
        baseline=None if baseline is None else _without(baseline, given_up),
        left_out=told,
    )


def _gaps(observation: Observation) -> Iterator[tuple[str, str]]:
    for ref, symbol in observation.described.symbols.items():
        for part, why in symbol.gaps.items():
            yield (f"{ref} ({part})" if part else ref), f"could not be described: {why}"
        if symbol.schema_failure:
            first = symbol.schema_failure.splitlines()[0]
            yield ref, f"has no JSON Schema, so parts of it take anything: {first}"


def _given_up(observation: Observation) -> dict[str, str]:
    return {item.payload: item.given_up for item in observation.replayed.outcomes if item.given_up}


def _replays(case: Case, given_up: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """One line for each model."""
    by_model: dict[str, list[str]] = {}
    for payload, why in given_up.items():
        found = case.payloads.get(payload)
        by_model.setdefault(found.model if found is not None else payload, []).append(why)
    for model, reasons in by_model.items():
        words = "; ".join(list(dict.fromkeys(reasons))[:_MOST_TOLD])
        number = f"{len(reasons)} payload{'s'[: len(reasons) - 1]}"
        yield model, f"{number} could not be replayed: {words}"


def _filled(observation: Observation, other: Observation) -> Observation:
    symbols = {
        ref: _with_parts_of(symbol, known)
        if symbol.gaps and (known := other.described.symbols.get(ref)) is not None
        else symbol
        for ref, symbol in observation.described.symbols.items()
    }
    described: Described = observation.described.model_copy(update={"symbols": symbols})
    return observation.model_copy(update={"described": described})


def _with_parts_of(symbol: Symbol, other: Symbol) -> Symbol:
    missing = [part for part in symbol.gaps if part not in other.gaps]
    if other.kind == "missing" or not missing:
        return symbol
    if "" in missing:
        # The gap stays: what was not looked at on this side has passed nothing.
        return other.model_copy(update={"gaps": symbol.gaps})
    if symbol.kind != other.kind:
        return symbol
    update: dict[str, object] = {}
    for part in missing:
        home, _, name = part.partition(".")
        if name and home in _NAMED:
            update[home] = _with_part(update.get(home, getattr(symbol, home)), other, home, name)
        else:
            update |= {key: getattr(other, key) for key in _TOGETHER.get(part, (part,))}
    return symbol.model_copy(update=update)


def _with_part(known: object, other: Symbol, home: str, name: str) -> object:
    if isinstance(known, dict):
        theirs = getattr(other, home).get(name)
        return known if theirs is None else {**known, name: theirs}
    assert isinstance(known, tuple)
    theirs = {item.name: item for item in getattr(other, home)}
    return tuple(theirs.get(item.name, item) if item.name == name else item for item in known)


def _without(observation: Observation, lost: Mapping[str, str]) -> Observation:
    outcomes = tuple(item for item in observation.replayed.outcomes if item.payload not in lost)
    replayed = observation.replayed.model_copy(update={"outcomes": outcomes})
    return observation.model_copy(update={"replayed": replayed})
