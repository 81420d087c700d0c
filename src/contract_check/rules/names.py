"""Names: under which names does a field travel, in and out?"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from functools import partial

from pydantic import JsonValue

from contract_check.model.observation import FieldDescription, Symbol
from contract_check.model.report import Direction, Severity
from contract_check.model.usage import Place
from contract_check.rules.case import Case
from contract_check.rules.evidence import Seen
from contract_check.rules.interface import Draft, Rule
from contract_check.rules.pairs import (
    BREAKING,
    READING,
    WRITING,
    FieldPair,
    by_name,
    changed_fields,
    field_draft,
    input_names,
    output_name,
    shown,
)
from contract_check.rules.uses import owners

_READERS = frozenset(
    {
        "model_validate",
        "model_validate_json",
        "model_validate_strings",
        "parse_obj",
        "parse_raw",
        "parse_file",
    }
)
_WRITERS = frozenset({"model_dump", "model_dump_json", "dict", "json"})
_SOURCE, _READS, _READ_BY = Direction.SOURCE, Direction.READS_OLD, Direction.READ_BY_OLD


def _lost(pair: FieldPair, old: FieldDescription, new: FieldDescription) -> frozenset[str]:
    """The names that a payload might give the field by, and may not any more."""
    model = pair.models[0]
    return input_names(old, model.old) - input_names(new, model.new)


def _only_by_alias_now(pair: FieldPair, lost: frozenset[str]) -> bool:
    """Whether all that went is the field's own name, beside an alias that stayed."""
    model = pair.models[0]
    return lost == {pair.name} and by_name(model.old) and not by_name(model.new)


def _given_by(names: Collection[str], item: Seen) -> bool:
    """Whether what was replayed gives something by one of some names."""
    return item.payload is not None and _holds(item.payload.data, names)


def _holds(data: JsonValue, names: Collection[str]) -> bool:
    if isinstance(data, list):
        return any(_holds(item, names) for item in data)
    if not isinstance(data, dict):
        return False
    keys = {name.partition(".")[0] for name in names}
    return not keys.isdisjoint(data) or any(_holds(item, names) for item in data.values())


def _given_at(case: Case, pair: FieldPair, names: Collection[str]) -> Place | None:
    """Where the consumer gives a field by one of some names, or reads payloads of its model; else
    where it takes the class."""
    for call in case.usage.calls:
        if case.label(call.target) in _labels(pair) and set(names) & set(call.keywords):
            return call.place
    return _called(case, pair, _READERS) or case.place_of(pair.ref)


def _called(
    case: Case, pair: FieldPair, methods: Collection[str], keyword: str | None = None
) -> Place | None:
    """Where the consumer calls one of some methods of a field's models."""
    for call in case.usage.calls:
        owner, _, method = call.target.rpartition(".")
        known = method in methods and not owners(case, owner).isdisjoint(_labels(pair))
        if known and keyword in (None, *call.keywords):
            return call.place
    return None


def _labels(pair: FieldPair) -> set[str]:
    return {pair.label, *(model.label for model in pair.models)}


def _listed(names: Iterable[str]) -> str:
    return " or ".join(f'"{name}"' for name in sorted(names))


def _input_name_changed(case: Case) -> Iterator[Draft]:
    generated: dict[str, list[FieldPair]] = {}
    for pair, old, new in changed_fields(case):
        lost = _lost(pair, old, new)
        if not lost or _only_by_alias_now(pair, lost):
            continue
        if _generator(pair.models[0].old) != _generator(pair.models[0].new):
            generated.setdefault(pair.label, []).append(pair)
            continue
        found = shown(case, [pair.locus], READING, where=partial(_given_by, lost))
        if found:
            now = input_names(new, pair.models[0].new)
            draft = field_draft(
                case,
                pair,
                f"{pair} is read from {_listed(now)} now, and no longer from {_listed(lost)}",
                f"Accept {_listed(lost)} as well: validation_alias=AliasChoices(...), or "
                "populate_by_name=True for the field's own name.",
                found,
            )
            yield replace(draft, location=_given_at(case, pair, lost))
    yield from _by_another_generator(case, generated.values())


def _regenerated(pair: FieldPair) -> str | None:
    """The class whose alias generator changed, which names all of its fields."""
    before, now = (_generator(side) for side in (pair.models[0].old, pair.models[0].new))
    return None if before == now else pair.label


def _generator(symbol: Symbol) -> str | None:
    return symbol.config.get("alias_generator")


def _by_another_generator(case: Case, classes: Iterable[list[FieldPair]]) -> Iterator[Draft]:
    """One draft for all the fields that an alias generator renames."""
    for pairs in classes:
        found = shown(case, [pair.locus for pair in pairs], BREAKING)
        if not found:
            continue
        first, *others = pairs
        assert first.new is not None
        now = input_names(first.new, first.models[0].new)
        draft = field_draft(
            case,
            first,
            f"another alias generator names the fields of {first.owner}: {first.name} is read from "
            f"{_listed(now)} now",
            "Keep the generator, or set populate_by_name=True so that the old names stay valid.",
            found,
            also=tuple(pair.locus for pair in others),
        )
        place = _given_at(case, first, {pair.name for pair in pairs})
        yield replace(draft, path=None, location=place)


def _output_name_changed(case: Case) -> Iterator[Draft]:
    for pair, old, new in changed_fields(case):
        before, after = output_name(old), output_name(new)
        found = shown(case, [pair.locus], WRITING) if before != after else []
        if found:
            draft = field_draft(
                case,
                pair,
                f'{pair} is written as "{after}" by alias now, and was written as "{before}"',
                f'Keep "{before}" as serialization_alias.',
                found,
                cause=_regenerated(pair),
            )
            written = _called(case, pair, _WRITERS, "by_alias") or case.place_of(pair.ref)
            yield replace(draft, location=written)


def _populate_by_name_off(case: Case) -> Iterator[Draft]:
    hit: dict[str, list[FieldPair]] = {}
    for pair, old, new in changed_fields(case):
        if _only_by_alias_now(pair, _lost(pair, old, new)):
            hit.setdefault(pair.label, []).append(pair)
    for pairs in hit.values():
        found = shown(case, [pair.locus for pair in pairs], BREAKING)
        if not found:
            continue
        first, *others = pairs
        names = [pair.name for pair in pairs]
        draft = field_draft(
            case,
            first,
            f"{first.owner} takes {', '.join(names)} by alias alone, no longer by the field's name",
            "Keep populate_by_name=True, or give the aliases wherever instances are made.",
            found,
            also=tuple(pair.locus for pair in others),
        )
        yield replace(draft, location=_given_at(case, first, names))


RULES = (
    Rule(
        id="input-name-changed",
        family="names",
        summary="A field is read from another name",
        severity=Severity.BREAK,
        directions=(_READS, _SOURCE),
        witness="payload",
        check=_input_name_changed,
        rank=27,
    ),
    Rule(
        id="output-name-changed",
        family="names",
        summary="A field is written under another name by alias",
        severity=Severity.BREAK,
        directions=(_READ_BY,),
        witness="payload",
        check=_output_name_changed,
        rank=28,
    ),
    Rule(
        id="populate-by-name-off",
        family="names",
        summary="Fields with an alias may not be given by their own names any more",
        severity=Severity.BREAK,
        directions=(_SOURCE,),
        witness="code",
        check=_populate_by_name_off,
        rank=24,
    ),
)
