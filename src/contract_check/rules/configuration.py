"""Configuration: what a model's `model_config` changes for all of its fields at once.

One entry of one class is one cause, however many classes inherit it and however many fields show
it. Only what shows it is claimed, so that another change of the same class keeps its own name.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from functools import partial

from contract_check.model.observation import Encoded, Symbol
from contract_check.model.report import Direction, Severity
from contract_check.model.usage import MemberUse, Place
from contract_check.rules.case import Case, short
from contract_check.rules.evidence import Seen
from contract_check.rules.interface import Draft, Locus, Program, Rule
from contract_check.rules.pairs import (
    BREAKING,
    READING,
    FieldPair,
    ModelPair,
    accepted_payloads,
    assigned,
    changed_fields,
    contract_of,
    field_draft,
    full_payload,
    is_on,
    model_pairs,
    offered_on,
    programs_of,
    replayed_refs,
    shown,
    taken_at,
    with_instance,
)
from contract_check.rules.uses import owners, where
from contract_check.rules.witnesses import accepted, import_of

_SOURCE, _READS = Direction.SOURCE, Direction.READS_OLD
_REWRITES = {
    "str_to_upper": "upper-cased",
    "str_to_lower": "lower-cased",
    "str_strip_whitespace": "stripped",
}
_FIELD_REWRITES = {
    "to_upper=True": "upper-cased",
    "to_lower=True": "lower-cased",
    "strip_whitespace=True": "stripped",
}
_FROZEN_REFUSES = (
    "try:",
    "    setattr(value, name, getattr(value, name))",
    "except ValidationError:",
    "    raise SystemExit(0)",
    'raise SystemExit(f"{name} was assigned")',
)

_UNKNOWN = "contract_check_extra"


@dataclass(frozen=True)
class _Cause:
    """One entry of one class, and the models it reaches.

    Args:
        ref: the class as the consumer spells it.
        label: of the class.
        models: those that changed by it.
    """

    ref: str
    label: str
    models: tuple[ModelPair, ...]

    @property
    def name(self) -> str:
        return short(self.ref)

    @property
    def labels(self) -> frozenset[str]:
        return frozenset({self.label, *(item.label for item in self.models)})

    def places(self, case: Case) -> tuple[Locus, ...]:
        """The models whole, and the fields they inherit from classes nobody described."""
        inherited = {
            Locus(case.label(described.owner), name)
            for item in self.models
            for side in (item.old, item.new)
            for name, described in side.fields.items()
            if described.owner
        }
        whole = tuple(Locus(item.label) for item in self.models)
        return (*whole, *sorted(inherited, key=lambda place: (place.label, place.path or "")))


def _causes(case: Case, changed: Callable[[Symbol, Symbol], bool]) -> Iterator[_Cause]:
    """The models for which something changed, by the topmost class that explains all of them."""
    hit = [pair for pair in model_pairs(case) if changed(pair.old, pair.new)]
    groups: dict[str, list[ModelPair]] = {}
    for pair in hit:
        groups.setdefault(_root(case, pair, hit), []).append(pair)
    for root, pairs in groups.items():
        first = next((pair for pair in pairs if pair.label == root), pairs[0])
        yield _Cause(first.ref, root, tuple(pairs))


def _root(case: Case, pair: ModelPair, hit: Collection[ModelPair]) -> str:
    """The most distant ancestor, the provider's or consumer's own, all of whose models changed."""
    bases = [base for base in pair.new.bases if case.is_provider(base) or case.is_consumer(base)]
    for base in reversed(bases):
        heirs = [item for item in model_pairs(case) if case.label(base) in item.ancestors]
        if heirs and all(item in hit for item in heirs):
            return case.label(base)
    return pair.label


def _draft(
    case: Case,
    cause: _Cause,
    entry: str,
    message: str,
    hint: str,
    found: Collection[Seen] = (),
    *,
    programs: tuple[Program, ...] = (),
    also: tuple[Locus, ...] = (),
    severity: Severity | None = None,
    place: Place | None = None,
    issues: Callable[[str], bool] | None = None,
) -> Draft:
    """A draft about an entry; its places are those that the replay showed it at.

    With `issues`, only where an error of such a type stands: one payload may be refused for
    several causes.
    """
    places = cause.places(case)
    shown_at = (
        [locus for item in found for locus in item.loci]
        if issues is None
        else [locus for item in found for locus, kind in item.issues if issues(kind)]
    )
    met = dict.fromkeys(locus for locus in shown_at if any(p.covers(locus) for p in places))
    return Draft(
        subject=cause.ref,
        message=message,
        hint=hint,
        loci=(Locus(cause.label, f"model_config.{entry}"), *met, *also),
        contract=contract_of(case, cause.label, *(item.label for item in cause.models)),
        location=place or taken_at(case, cause.ref, cause.labels),
        places=(place,) if place is not None else (),
        programs=(*programs_of(found), *programs),
        severity=severity,
        observed=bool(found),
    )


def _extra(symbol: Symbol) -> str:
    return symbol.config.get("extra", "'ignore'").strip("'")


def _extra_forbidden(case: Case) -> Iterator[Draft]:
    for cause in _causes(
        case, lambda old, new: _extra(old) != "forbid" and _extra(new) == "forbid"
    ):
        found = shown(case, cause.places(case), {"rejected"}, issues=_about_extra)
        if found:
            draft = _draft(
                case,
                cause,
                "extra",
                f"{cause.name} refuses members it does not know, which it used to "
                f"{'keep' if _extra(cause.models[0].old) == 'allow' else 'ignore'}",
                "Drop extra='forbid'; check for unknown members where documents come in, if "
                "they must be refused.",
                found,
                also=_own_fields(case, cause),
                issues=_about_extra,
            )
            yield replace(draft, programs=(*_with_unknown(case, cause), *draft.programs))


def _about_extra(kind: str) -> bool:
    return kind == "extra_forbidden"


def _own_fields(case: Case, cause: _Cause) -> tuple[Locus, ...]:
    """What the consumer's own models have beyond the provider's: the provider refuses that now."""
    names: dict[str, None] = {}
    for pair in model_pairs(case):
        if cause.label in pair.ancestors and case.is_consumer(pair.ref):
            names.update(
                dict.fromkeys(
                    name
                    for name, described in pair.new.fields.items()
                    if case.is_consumer(described.owner)
                )
            )
            names.update(dict.fromkeys(pair.new.computed))
    return tuple(Locus(owner, name) for owner in sorted(cause.labels) for name in names)


def _extra_dropped(case: Case) -> Iterator[Draft]:
    for cause in _causes(case, lambda old, new: _extra(old) == "allow" and _extra(new) == "ignore"):
        found = shown(case, cause.places(case), BREAKING, where=_lost_extra)
        if found:
            yield _draft(
                case,
                cause,
                "extra",
                f"{cause.name} drops members it does not know, which it used to keep",
                "Keep extra='allow', or make fields of what must stay.",
                found,
            )


def _lost_extra(item: Seen) -> bool:
    return item.change is not None and item.change.after is None


def _strict_enabled(case: Case) -> Iterator[Draft]:
    for cause in _causes(case, lambda old, new: not is_on(old, "strict") and is_on(new, "strict")):
        found = shown(case, cause.places(case), {"rejected"}, issues=_about_type)
        if found:
            yield _draft(
                case,
                cause,
                "strict",
                f"{cause.name} is strict: it refuses values that must be converted first, as a "
                "number in quotes or an enum's value given to the constructor",
                "Drop strict=True, or make it strict field by field where nobody relies on "
                "conversion.",
                found,
                issues=_about_type,
            )
    for pair, old, new in changed_fields(case):
        if _is_strict(old.constraints) or not _is_strict(new.constraints):
            continue
        found = shown(case, [pair.locus], {"rejected"}, issues=_about_type)
        if found:
            yield field_draft(
                case,
                pair,
                f"{pair} is strict: it refuses values that must be converted first",
                "Accept what can be converted, or migrate what is stored.",
                found,
            )


def _is_strict(constraints: Collection[str]) -> bool:
    return any("strict=True" in text for text in constraints)


def _about_type(kind: str) -> bool:
    """Whether an error says that the type is wrong (`int_type`, `is_instance_of`)."""
    return kind.endswith("_type") or kind == "is_instance_of"


def _is_frozen(symbol: Symbol) -> bool:
    return is_on(symbol, "frozen")


def _frozen_enabled(case: Case) -> Iterator[Draft]:
    for cause in _causes(case, lambda old, new: not _is_frozen(old) and _is_frozen(new)):
        name = next(iter(cause.models[0].old.fields), None)
        line = f"value.{name} = value.{name}"
        programs = _over_instance(case, cause, line) if name is not None else ()
        if programs:
            yield _draft(
                case,
                cause,
                "frozen",
                f"{cause.name} is frozen: its attributes can't be assigned any more",
                "Drop frozen=True, or make changed copies with model_copy(update=...).",
                programs=programs,
                severity=None if assigned(case, cause.labels) else Severity.WARNING,
                place=min((use.place for use in _stores(case, cause)), default=None),
            )


def _stores(case: Case, cause: _Cause) -> list[MemberUse]:
    """Where the consumer assigns attributes of the models."""
    return [
        use for use in case.usage.members if use.stored and owners(case, use.owner) & cause.labels
    ]


def _assignment_validated(case: Case) -> Iterator[Draft]:
    for cause in _causes(
        case,
        lambda old, new: (
            not is_on(old, "validate_assignment") and is_on(new, "validate_assignment")
        ),
    ):
        uses = [
            use
            for use in _stores(case, cause)
            for item in cause.models[:1]
            if use.member in item.new.fields
        ]
        if not uses:
            continue
        name, place = uses[0].member, uses[0].place
        programs = _over_instance(case, cause, f"value.{name} = object()")
        yield _draft(
            case,
            cause,
            "validate_assignment",
            f"{cause.name} validates what is assigned to its attributes now: a wrong value is "
            f"refused, another one may be converted; {case.candidate.consumer.name} assigns "
            f"{name} at {place.file}:{place.line}",
            "Look at what the consumer assigns there.",
            programs=programs,
            place=place,
        )


def _hash_lost(case: Case) -> Iterator[Draft]:
    for cause in _causes(
        case,
        lambda old, new: (
            (_is_frozen(old) and not _is_frozen(new)) or (old.hashable is True and not new.hashable)
        ),
    ):
        name = next(iter(cause.models[0].old.fields), None)
        assigning = (
            _over_instance(
                case,
                cause,
                f"name = {name!r}",
                *_FROZEN_REFUSES,
                imports=("from pydantic import ValidationError",),
            )
            if name is not None
            else ()
        )
        thawed = _is_frozen(cause.models[0].old) and not _is_frozen(cause.models[0].new)
        yield _draft(
            case,
            cause,
            "frozen",
            f"{cause.name} is no longer frozen: instances can be changed, and have no hash"
            if thawed
            else f"instances of {cause.name} have no hash any more",
            "Keep frozen=True, or define __hash__, where instances are kept in sets or as keys.",
            programs=(*_over_instance(case, cause, "hash(value)"), *assigning),
        )


def _over_instance(
    case: Case, cause: _Cause, *lines: str, imports: tuple[str, ...] = ()
) -> tuple[Program, ...]:
    found = []
    for ref in replayed_refs(case, cause.models):
        for payload in accepted_payloads(case, ref)[:1]:
            found.append(with_instance(ref, payload.data, *lines, imports=imports))
    return tuple(found[:2])


def _with_unknown(case: Case, cause: _Cause) -> Iterator[Program]:
    """The smallest payloads, each with a member that nobody knows."""
    for ref in replayed_refs(case, cause.models):
        for payload in accepted_payloads(case, ref)[:1]:
            if isinstance(payload.data, dict):
                yield accepted(ref, {**payload.data, _UNKNOWN: "unexpected"})


def _enum_values_used(case: Case) -> Iterator[Draft]:
    for cause in _causes(
        case,
        lambda old, new: not is_on(old, "use_enum_values") and is_on(new, "use_enum_values"),
    ):
        found = shown(case, cause.places(case), {"type", "value", "dump"}, where=_was_enum)
        if found:
            yield _draft(
                case,
                cause,
                "use_enum_values",
                f"{cause.name} holds the values of enums now, no longer their members: "
                f"{_example_of(found[0])}",
                "Drop use_enum_values; dump with mode='json' where plain values are wanted.",
                found,
            )


def _was_enum(item: Seen) -> bool:
    return (
        item.change is not None
        and _is_member(item.change.before)
        and not _is_member(item.change.after)
    )


def _is_member(value: Encoded | None) -> bool:
    return isinstance(value, dict) and "e" in value


def _example_of(item: Seen) -> str:
    place = item.loci[0]
    return f"{place.path or short(place.label)} was {item.before} and is {item.after}"


def _switched_on(entry: str, old: Symbol, new: Symbol) -> bool:
    return not is_on(old, entry) and is_on(new, entry)


def _strings_rewritten(case: Case) -> Iterator[Draft]:
    for entry, words in _REWRITES.items():
        for cause in _causes(case, partial(_switched_on, entry)):
            found = shown(case, cause.places(case), READING, where=_both_texts)
            if found:
                yield _draft(
                    case,
                    cause,
                    entry,
                    f"texts given to {cause.name} are {words} now: {_example_of(found[0])}",
                    f"Drop {entry}, and normalize texts where they are made.",
                    found,
                )
    for pair, _, _ in changed_fields(case):
        yield from _field_rewritten(case, pair)


def _field_rewritten(case: Case, pair: FieldPair) -> Iterator[Draft]:
    assert pair.old is not None
    assert pair.new is not None
    before, after = " ".join(pair.old.constraints), " ".join(pair.new.constraints)
    words = [text for mark, text in _FIELD_REWRITES.items() if mark in after and mark not in before]
    found = shown(case, [pair.locus], READING, where=_both_texts) if words else []
    if found:
        yield field_draft(
            case,
            pair,
            f"what is given for {pair} is {' and '.join(words)} now: {_example_of(found[0])}",
            "Leave the text alone, and normalize it where it is made.",
            found,
        )


def _both_texts(item: Seen) -> bool:
    change = item.change
    return change is not None and _is_text(change.before) and _is_text(change.after)


def _is_text(value: Encoded | None) -> bool:
    return isinstance(value, dict) and isinstance(value.get("v"), str)


def _from_attributes_off(case: Case) -> Iterator[Draft]:
    for cause in _causes(
        case,
        lambda old, new: is_on(old, "from_attributes") and not is_on(new, "from_attributes"),
    ):
        yield _draft(
            case,
            cause,
            "from_attributes",
            f"{cause.name} can't be read from the attributes of an object any more",
            "Keep from_attributes=True, or pass from_attributes=True to model_validate.",
            programs=_over_instance(
                case,
                cause,
                "source = types.SimpleNamespace(**payload)",
                "Model.model_validate(source)",
                imports=("import types",),
            ),
            severity=None if _may_read_objects(case, cause) else Severity.WARNING,
        )


def _may_read_objects(case: Case, cause: _Cause) -> bool:
    """Whether the consumer validates with the class, or offers it on so that others may."""
    validating = {f"{name}.model_validate" for name in cause.labels}
    return offered_on(case, cause.labels) or any(
        case.label(call.target) in validating for call in case.usage.calls
    )


def _instances_revalidated(case: Case) -> Iterator[Draft]:
    for pair in model_pairs(case):
        if not case.is_provider(pair.ref) or _revalidates(pair.old) or not _revalidates(pair.new):
            continue
        for own, place in _given_to_fields(case, pair):
            payload = full_payload(case, own)
            if payload is None:
                continue
            yield Draft(
                subject=pair.ref,
                path="model_config.revalidate_instances",
                message=f"a field of {short(pair.ref)} makes a plain {short(pair.ref)} of the "
                f"{short(own)} that {case.candidate.consumer.name} gives it at {where([place])}",
                hint=f"Leave revalidate_instances alone, or let {short(own)} be no subclass.",
                loci=(Locus(pair.label, "model_config.revalidate_instances"),),
                contract=contract_of(case, pair.label, case.label(own)),
                location=place,
                programs=(
                    with_instance(
                        own,
                        payload.data,
                        "found = TypeAdapter(Base).validate_python(value)",
                        "assert type(found) is type(value), type(found)",
                        imports=("from pydantic import TypeAdapter", import_of(pair.ref, "Base")),
                    ),
                ),
            )
            break


def _revalidates(symbol: Symbol) -> bool:
    return symbol.config.get("revalidate_instances", "'never'") != "'never'"


def _given_to_fields(case: Case, pair: ModelPair) -> Iterator[tuple[str, Place]]:
    """The consumer's classes that derive from a model and are given to models with a field of it,
    and where."""
    for call in case.usage.calls:
        target = case.candidate.symbol(call.target)
        taken = {name for item in target.fields.values() for name in item.types} if target else ()
        for own in call.own if pair.new.identity in taken else ():
            symbol = case.candidate.symbol(own)
            if symbol is not None and pair.new.identity in symbol.bases:
                yield own, call.place


def _rule(
    identifier: str,
    check: Callable[[Case], Iterator[Draft]],
    summary: str,
    rank: int,
    directions: tuple[Direction, ...],
    severity: Severity = Severity.BREAK,
) -> Rule:
    return Rule(
        id=identifier,
        family="configuration",
        summary=summary,
        severity=severity,
        directions=directions,
        witness="code" if directions == (_SOURCE,) else "payload",
        check=check,
        rank=rank,
    )


RULES = (
    _rule(
        "extra-forbidden",
        _extra_forbidden,
        "A model refuses members it does not know",
        20,
        (_READS, _SOURCE),
    ),
    _rule(
        "extra-dropped",
        _extra_dropped,
        "A model drops members it does not know",
        20,
        (_READS,),
    ),
    _rule(
        "strict-enabled",
        _strict_enabled,
        "A model or field refuses values that must be converted first",
        21,
        (_READS, _SOURCE),
    ),
    _rule(
        "frozen-enabled",
        _frozen_enabled,
        "Instances of a model can't be changed any more",
        23,
        (_SOURCE,),
    ),
    _rule(
        "assignment-validated",
        _assignment_validated,
        "A model validates what the consumer assigns to its attributes",
        26,
        (_SOURCE,),
        Severity.WARNING,
    ),
    _rule(
        "hash-lost",
        _hash_lost,
        "A model is no longer frozen, or its instances have no hash any more",
        25,
        (_SOURCE,),
        Severity.WARNING,
    ),
    _rule(
        "enum-values-used",
        _enum_values_used,
        "A model holds the values of enums instead of their members",
        22,
        (_SOURCE,),
    ),
    _rule(
        "strings-rewritten",
        _strings_rewritten,
        "Texts are stripped, upper-cased or lower-cased",
        22,
        (_READS,),
    ),
    _rule(
        "from-attributes-off",
        _from_attributes_off,
        "A model can't be read from the attributes of an object any more",
        24,
        (_SOURCE,),
    ),
    _rule(
        "instances-revalidated",
        _instances_revalidated,
        "What the consumer gives to a field is made into another class",
        25,
        (_SOURCE,),
    ),
)
