"""What a field holds where nothing is given for it."""

from __future__ import annotations

from collections.abc import Iterator

from contract_check.model.observation import VOLATILE, FieldDescription
from contract_check.model.report import Direction, Severity
from contract_check.rules.case import Case, value_label
from contract_check.rules.encoded import equal, say, unencoded
from contract_check.rules.interface import Draft, Locus, Program, Rule
from contract_check.rules.pairs import (
    BREAKING,
    FieldPair,
    changed_fields,
    field_draft,
    input_names,
    payload_without,
    replayed_refs,
    shown,
    with_instance,
)

_FIELD_TABLES = ("model_fields", "__fields__", "__pydantic_fields__")


def _words(described: FieldDescription) -> str:
    if described.default == VOLATILE:
        return "a new value each time"
    return say(described.default)


def _default_changed(case: Case) -> Iterator[Draft]:
    for pair, old, new in changed_fields(case):
        if old.required or new.required or equal(old.default, new.default):
            continue
        found = shown(case, [pair.locus], BREAKING, where=lambda item: item.omitted)
        programs = () if found else tuple(_still_the_old(case, pair, old))
        if found or programs:
            yield field_draft(
                case,
                pair,
                f"the default of {pair} was {_words(old)} and is {_words(new)} now",
                "Keep the default, or give the value wherever the old one is meant.",
                found,
                programs=programs,
                explained_by=_renamed_member(case, old, new),
            )


def _renamed_member(case: Case, old: FieldDescription, new: FieldDescription) -> tuple[Locus, ...]:
    """The enum's member that a default was, where it is the same one, otherwise spelled."""
    before, now = old.default, new.default
    if not isinstance(before, dict) or not isinstance(now, dict) or "e" not in before:
        return ()
    same = before["e"] == now.get("e") or before.get("v") == now.get("v")
    kind = next((name for name in old.types if value_label(name) == before["t"]), str(before["t"]))
    return (Locus(case.label(kind), str(before["e"])),) if same else ()


def _still_the_old(case: Case, pair: FieldPair, old: FieldDescription) -> Iterator[Program]:
    """Shows a default that is another one each time, which no single replay does."""
    plain = unencoded(old.default) if old.default is not None else None
    for ref in replayed_refs(case, pair.models) if plain is not None else ():
        assert plain is not None
        names = {name for item in pair.models for name in input_names(old, item.old)}
        payload = payload_without(case, ref, names | {pair.name})
        if payload is not None:
            line = f"assert value.{pair.name} == {plain[0]!r}, value.{pair.name}"
            yield with_instance(ref, payload.data, line)
            return


def _default_kind_changed(case: Case) -> Iterator[Draft]:
    for pair, old, new in changed_fields(case):
        kinds = (old.default_kind, new.default_kind)
        if "none" in kinds or kinds[0] == kinds[1] or old.default != new.default:
            continue
        if not any(use.member in _FIELD_TABLES for use in case.usage.members):
            continue
        yield field_draft(
            case,
            pair,
            f"the default of {pair} was a {kinds[0]} and is a {kinds[1]} now",
            f"Code that looks at the default in {pair.owner}.model_fields must ask "
            "get_default(call_default_factory=True).",
            programs=tuple(_default_in_model_fields(case, pair, kinds[0])),
        )


def _default_in_model_fields(case: Case, pair: FieldPair, before: str) -> Iterator[Program]:
    for ref in replayed_refs(case, pair.models):
        payload = payload_without(case, ref, ())
        if payload is not None:
            found = f"type(value).model_fields[{pair.name!r}].default_factory"
            test = "is not None" if before == "factory" else "is None"
            yield with_instance(ref, payload.data, f"assert {found} {test}, {found}")
            return


RULES = (
    Rule(
        id="default-changed",
        family="fields",
        summary="A field has another default",
        severity=Severity.BREAK,
        directions=(Direction.READS_OLD, Direction.SOURCE),
        witness="payload",
        check=_default_changed,
        rank=34,
    ),
    Rule(
        id="default-kind-changed",
        family="fields",
        summary="A default value became a factory, or the reverse",
        severity=Severity.WARNING,
        directions=(Direction.SOURCE,),
        witness="code",
        check=_default_kind_changed,
        rank=38,
    ),
)
