"""Models and fields as they were and as they are: what the rules over descriptions compare.

A difference in descriptions alone is no finding. Each draft made here stands on what the replay
showed at its place (`shown`), or brings a program of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from pydantic import JsonValue

from contract_check.model.observation import (
    FieldDescription,
    Payload,
    Symbol,
)
from contract_check.model.report import Direction, Severity
from contract_check.model.usage import Place
from contract_check.rules.case import Case, Identity, models, owner_of, short
from contract_check.rules.evidence import Kind, Seen, seen
from contract_check.rules.interface import Draft, Locus, Program
from contract_check.rules.uses import owners
from contract_check.rules.witnesses import import_of, literal

READING: frozenset[Kind] = frozenset({"rejected", "value", "type"})
WRITING: frozenset[Kind] = frozenset({"dump", "json"})
BREAKING: frozenset[Kind] = READING | WRITING | {"roundtrip"}
JsonSchema = dict[str, JsonValue]
_MOST_PROGRAMS = 3


@dataclass(frozen=True, eq=False)
class ModelPair:
    """A model on both sides. Each is made once for a case, and equals itself alone.

    Args:
        ref: as the consumer spells it.
        label: of the class.
        old: with the baseline.
        new: with the candidate.
        ancestors: labels of the classes it is made of, itself among them, that both sides know.
    """

    ref: str
    label: str
    old: Symbol
    new: Symbol
    ancestors: frozenset[str]


@dataclass(frozen=True, eq=False)
class FieldPair:
    """A field on both sides; None where a side has none of that name. Equals itself alone.

    Args:
        ref: of the class that defines it, or of the one it was met in where nobody described that.
        name: the field's.
        label: of the class that defines it.
        old: with the baseline.
        new: with the candidate.
        models: the models that have it, those of the contracts first.
    """

    ref: str
    name: str
    label: str
    old: FieldDescription | None
    new: FieldDescription | None
    models: tuple[ModelPair, ...]

    @property
    def locus(self) -> Locus:
        return Locus(self.label, self.name)

    @property
    def owner(self) -> str:
        """The class's name, for sentences."""
        return short(self.label)

    def __str__(self) -> str:
        return f"{self.owner}.{self.name}"


def model_pairs(case: Case) -> tuple[ModelPair, ...]:
    """Every model that both sides describe, each class once."""
    return _model_pairs(Identity(case))


@lru_cache(maxsize=2)
def _model_pairs(key: Identity[Case]) -> tuple[ModelPair, ...]:
    case = key.value
    if case.baseline is None:
        return ()
    by_label = {case.label_of(symbol): symbol for symbol in models(case.candidate).values()}
    found: dict[str, ModelPair] = {}
    for ref, old in models(case.baseline).items():
        new = case.candidate.symbol(ref)
        if new is None or new.kind != "model":
            new = by_label.get(case.label_of(old))
        if new is not None:
            found.setdefault(old.identity or ref, _model_pair(case, ref, old, new))
    return tuple(found.values())


def _model_pair(case: Case, ref: str, old: Symbol, new: Symbol) -> ModelPair:
    name = case.label_of(old)
    both = {*map(case.label, old.bases)} & {*map(case.label, new.bases)}
    return ModelPair(ref, name, old, new, frozenset(both | {name}))


def field_pairs(case: Case) -> tuple[FieldPair, ...]:
    """Every field of those models, each once under the class that defines it."""
    return _field_pairs(Identity(case))


@lru_cache(maxsize=2)
def _field_pairs(key: Identity[Case]) -> tuple[FieldPair, ...]:
    case = key.value
    met: dict[tuple[str, str], list[ModelPair]] = {}
    for pair in model_pairs(case):
        for name in dict.fromkeys((*pair.old.fields, *pair.new.fields)):
            side = pair.old if name in pair.old.fields else pair.new
            met.setdefault((owner_of(side, name), name), []).append(pair)
    return tuple(
        FieldPair(
            ref=_owner_ref(case, owner, pairs[0]),
            name=name,
            label=case.label(owner),
            old=_leading(owner, pairs).old.fields.get(name),
            new=_leading(owner, pairs).new.fields.get(name),
            models=tuple(pairs),
        )
        for (owner, name), pairs in met.items()
    )


def _leading(owner: str, pairs: list[ModelPair]) -> ModelPair:
    """The pair of the defining class itself, if it was described."""
    return next(
        (pair for pair in pairs if owner in (pair.old.identity, pair.new.identity)), pairs[0]
    )


def _owner_ref(case: Case, owner: str, explained_by: ModelPair) -> str:
    ref = case.ref_of_class(owner)
    return ref if ref != case.label(owner) else explained_by.ref


def changed_fields(case: Case) -> Iterator[tuple[FieldPair, FieldDescription, FieldDescription]]:
    """The fields that both sides have."""
    for pair in field_pairs(case):
        if pair.old is not None and pair.new is not None:
            yield pair, pair.old, pair.new


def shown(
    case: Case,
    loci: Iterable[Locus],
    kinds: Collection[Kind],
    *,
    issues: Callable[[str], bool] | None = None,
    where: Callable[[Seen], bool] | None = None,
) -> list[Seen]:
    """What the replay showed at some places, the smallest payload first.

    Args:
        case: the facts.
        loci: the places.
        kinds: what to look for.
        issues: a condition that the type of an error at the place must meet.
        where: any other condition.
    """
    places = tuple(loci)
    found = []
    for item in seen(case):
        if item.kind not in kinds or (where is not None and not where(item)):
            continue
        if not any(place.covers(locus) for place in places for locus in item.loci):
            continue
        if issues is not None and not any(
            issues(kind) and any(place.covers(locus) for place in places)
            for locus, kind in item.issues
        ):
            continue
        found.append(item)
    return found


def programs_of(found: Iterable[Seen]) -> tuple[Program, ...]:
    """The witnesses of what was shown: the first of each kind, of each value, then the others."""
    first: dict[Kind, Program] = {}
    other: dict[tuple[Kind, str], Program] = {}
    rest: list[Program] = []
    for item in found:
        if item.kind not in first:
            first[item.kind] = item.program
            other[item.kind, item.before] = item.program
        elif (item.kind, item.before) not in other:
            other[item.kind, item.before] = item.program
        else:
            rest.append(item.program)
    programs = dict.fromkeys((*first.values(), *other.values(), *rest))
    return tuple(programs)[:_MOST_PROGRAMS]


def field_draft(
    case: Case,
    pair: FieldPair,
    message: str,
    hint: str,
    found: Iterable[Seen] = (),
    *,
    programs: tuple[Program, ...] = (),
    also: tuple[Locus, ...] = (),
    explained_by: tuple[Locus, ...] = (),
    directions: tuple[Direction, ...] | None = None,
    severity: Severity | None = None,
    settles: bool = False,
    cause: str | None = None,
) -> Draft:
    """A draft about a field.

    Args:
        case: the facts.
        pair: the field.
        message: what changed.
        hint: what to do.
        found: what the replay showed of it.
        programs: further witnesses.
        also: further places it is about.
        explained_by: places whose change would be behind it.
        directions: if other than the rule's.
        severity: if other than the rule's.
        settles: whether `found` is all that can be seen of it.
        cause: what is behind it, where that shows.
    """
    evidence = list(found)
    return Draft(
        subject=pair.ref,
        path=pair.name,
        message=message,
        hint=hint,
        loci=(replace(pair.locus, explained_by=explained_by), *also),
        contract=contract_of(case, pair.label, *(item.label for item in pair.models)),
        location=place_of(case, pair),
        programs=(*programs_of(evidence), *programs),
        directions=directions,
        severity=severity,
        observed=bool(evidence),
        settles=settles,
        cause=cause,
    )


def contract_of(case: Case, *labels: str) -> str | None:
    """The first contract about one of some classes."""
    return next(filter(None, map(case.contract_at, labels)), None)


def place_of(case: Case, pair: FieldPair) -> Place | None:
    """Where the consumer meets a field: reads it, gives it, makes the class, else takes it."""
    labels = {pair.label, *(item.label for item in pair.models)}
    met = [
        use
        for use in case.usage.members
        if use.member == pair.name and owners(case, use.owner) & labels
    ]
    for use in sorted(met, key=lambda use: use.stored):
        return use.place
    for done in case.usage.operations:  # a key of what the model is dumped to
        made, _, method = done.owner.rpartition(".")
        dumped = method in ("model_dump()", "dict()") and done.operation == "getitem"
        if dumped and done.detail == repr(pair.name) and owners(case, made) & labels:
            return done.place
    calls = [call for call in case.usage.calls if case.label(call.target) in labels]
    for call in calls:
        if pair.name in call.keywords:
            return call.place
    return calls[0].place if calls else taken_at(case, pair.ref, labels)


def taken_at(case: Case, ref: str, labels: Collection[str]) -> Place | None:
    """Where the consumer makes, derives from or imports a class."""
    for call in case.usage.calls:
        if case.label(call.target) in labels:
            return call.place
    for use in case.usage.subclasses:
        if case.label(use.provider) in labels or case.label(use.consumer) in labels:
            return use.place
    return case.place_of(ref)


def accepted_payloads(case: Case, model: str) -> Sequence[Payload]:
    """The JSON payloads that a model accepts on both sides, the smallest first."""
    return _accepted(Identity(case)).get(model, ())


@lru_cache(maxsize=2)
def _accepted(key: Identity[Case]) -> Mapping[str, Sequence[Payload]]:
    case = key.value
    found: dict[str, list[Payload]] = {}
    for payload in sorted(case.payloads.values(), key=lambda item: len(str(item.data))):
        if payload.mode != "json" or not isinstance(payload.data, dict):
            continue
        sides = (case.outcomes_before.get(payload.id), case.outcomes.get(payload.id))
        if all(outcome is not None and outcome.accepted for outcome in sides):
            found.setdefault(payload.model, []).append(payload)
    return found


def full_payload(case: Case, model: str) -> Payload | None:
    """The accepted payload with most members."""
    found = accepted_payloads(case, model)
    return max(found, key=lambda item: len(_members(item)), default=None)


def payload_without(case: Case, model: str, names: Collection[str]) -> Payload | None:
    """The smallest accepted payload that leaves some members out."""
    return next(
        (item for item in accepted_payloads(case, model) if not set(names) & set(_members(item))),
        None,
    )


def _members(payload: Payload) -> tuple[str, ...]:
    return tuple(payload.data) if isinstance(payload.data, dict) else ()


def replayed_refs(case: Case, pairs: Iterable[ModelPair]) -> Iterator[str]:
    """The refs under which payloads of some models were replayed."""
    asked = dict.fromkeys(payload.model for payload in case.payloads.values())
    labels = {pair.label for pair in pairs}
    for ref in asked:
        symbol = case.candidate.symbol(ref)
        before = case.baseline.symbol(ref) if case.baseline is not None else None
        if any(item is not None and case.label_of(item) in labels for item in (symbol, before)):
            yield ref


def with_instance(model: str, data: object, *lines: str, imports: tuple[str, ...] = ()) -> Program:
    """Reads a payload, then runs some lines over `value`, the instance."""
    return Program(
        "\n".join(
            (
                "import json",
                *imports,
                import_of(model, "Model"),
                "",
                f"payload = {literal(data)}",
                "value = Model.model_validate_json(json.dumps(payload))",
                *lines,
            )
        )
        + "\n"
    )


def input_names(described: FieldDescription, symbol: Symbol) -> frozenset[str]:
    """The names a payload may give a field by; a path of an alias with dots."""
    alias = described.alias if described.validation_alias is None else described.validation_alias
    names = set(_spelled(alias)) if symbol.config.get("validate_by_alias") != "False" else set()
    return frozenset(names | {described.name}) if by_name(symbol) or not names else frozenset(names)


def output_name(described: FieldDescription) -> str:
    """The name a field is written under by alias."""
    if described.serialization_alias is not None:
        return described.serialization_alias
    return described.alias if isinstance(described.alias, str) else described.name


def property_schemas(pair: FieldPair) -> tuple[JsonSchema, JsonSchema]:
    """The JSON Schemas of a field in validation mode, old and new; `{}` where there is none."""
    found = pair.models[0]
    for item in pair.models:
        if item.label == pair.label:
            found = item
    return _property(found.old, pair.old), _property(found.new, pair.new)


def _property(symbol: Symbol, described: FieldDescription | None) -> JsonSchema:
    schema = symbol.schema_validation
    if schema is None or described is None:
        return {}
    pointer = schema.get("$ref")  # a recursive model refers to itself
    if isinstance(pointer, str):
        schema = schema.get("$defs", {}).get(pointer.rpartition("/")[2], {})
    properties = schema.get("properties", {})
    names = (*input_names(described, symbol), described.name)
    found: object = next((properties[name] for name in names if name in properties), None)
    return found if isinstance(found, dict) else {}


def _spelled(alias: object) -> Iterator[str]:
    if isinstance(alias, str):
        yield alias
    elif isinstance(alias, dict):
        for choice in alias.get("choices", ()):
            yield from _spelled(choice)
        path = alias.get("path")
        if isinstance(path, list) and path:
            yield ".".join(map(str, path))


def is_on(symbol: Symbol, *keys: str) -> bool:
    """Whether one of some entries of a model's configuration is true."""
    return any(symbol.config.get(key) == "True" for key in keys)


def by_name(symbol: Symbol) -> bool:
    """Whether a field that has an alias may be given by its own name as well."""
    return is_on(symbol, "populate_by_name", "validate_by_name")


def assigned(case: Case, labels: Collection[str], name: str | None = None) -> bool:
    """Whether the consumer assigns attributes of a class, or derives from it so that others may.

    Args:
        case: the facts.
        labels: the class, under all its labels.
        name: of the attribute; any by default.
    """
    for use in case.usage.members:
        named = use.stored and name in (None, use.member)
        if named and not owners(case, use.owner).isdisjoint(labels):
            return True
    return any(
        contract.kind == "extends" and case.label(contract.provider) in labels
        for contract in case.contracts
    )


def offered_on(case: Case, labels: Collection[str]) -> bool:
    """Whether the consumer derives from a class, or a declared contract names it."""
    return any(
        contract.declared or contract.kind == "extends"
        for contract in case.contracts
        if case.label(contract.provider) in labels or case.label(contract.consumer or "") in labels
    )
