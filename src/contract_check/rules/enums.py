"""Enums: are the members still there, with their values and what they can be used as?

What a declared contract says is held against the candidate alone; what the baseline has is
compared.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from pydantic import JsonValue

from contract_check.model.contracts import Contract
from contract_check.model.observation import Encoded, EnumMember, Observation, Symbol
from contract_check.model.report import Direction, Severity
from contract_check.model.usage import Place
from contract_check.rules.case import Case, short
from contract_check.rules.encoded import unencoded
from contract_check.rules.interface import Draft, Locus, Program, Rule
from contract_check.rules.meeting import Way, looked_up, meeting
from contract_check.rules.uses import where
from contract_check.rules.witnesses import import_of, statement

_SOURCE, _READS, _READ_BY = Direction.SOURCE, Direction.READS_OLD, Direction.READ_BY_OLD
_UNKNOWN: Mapping[bool, JsonValue] = {True: 987654321, False: "contract-check-unknown"}
"""What the probe tries as an unknown value, by whether the members are integers."""


@dataclass(frozen=True)
class _Pair:
    """An enum as it should be and as it is.

    Args:
        ref: as the consumer spells it.
        label: of the class.
        before: member name to value, as the contract or the baseline has it.
        bases: built-in types its members should be.
        source: who says so, for sentences (`it was`, `the contract says`).
        contract: the contract it belongs to, if to one.
        declared: whether a person named the members.
        old: the baseline's description, for a comparison.
        now: the candidate's description.
    """

    ref: str
    label: str
    before: Mapping[str, JsonValue]
    bases: tuple[str, ...]
    source: str
    contract: str | None
    declared: bool
    old: Symbol | None
    now: Symbol

    @property
    def name(self) -> str:
        return short(self.ref)

    @property
    def after(self) -> Mapping[str, JsonValue]:
        return _values(self.now.enum_members)


def _values(members: tuple[EnumMember, ...]) -> dict[str, JsonValue]:
    return {member.name: _value(member.value) for member in members}


def _value(encoded: Encoded) -> JsonValue:
    """A member's value as JSON; one that JSON lacks as the text of its encoding."""
    plain = unencoded(encoded)
    return plain[0] if plain is not None else json.dumps(encoded, sort_keys=True)


def _pairs(case: Case) -> Iterator[_Pair]:
    """Every enum the contracts declare, then every one that both sides describe."""
    for contract in case.contracts_of("enum"):
        symbol = case.candidate.symbol(contract.provider)
        if contract.members and symbol is not None and symbol.kind != "missing":
            yield _as_declared(case, contract, symbol)
    if case.baseline is None:
        return
    by_label = {case.label_of(symbol): symbol for symbol in _present(case.candidate)}
    done: set[str] = set()
    for old in _present(case.baseline):
        name, identity = case.label_of(old), old.identity or old.ref
        ref = case.ref_of_class(identity)
        now = case.candidate.symbol(ref)
        if now is None or now.kind == "missing":
            now = by_label.get(name)
        if old.kind != "enum" or now is None or identity in done or not case.is_provider(ref):
            continue
        done.add(identity)
        yield _Pair(
            ref=ref,
            label=case.label(ref),
            before=_values(old.enum_members),
            bases=old.enum_base,
            source="it was",
            contract=case.contract_at(name),
            declared=_is_declared(case, ref),
            old=old,
            now=now,
        )


def _present(observation: Observation) -> list[Symbol]:
    return [item for item in observation.described.symbols.values() if item.kind != "missing"]


def _is_declared(case: Case, ref: str) -> bool:
    return any(item.declared and item.provider == ref for item in case.contracts_of("enum"))


def _as_declared(case: Case, contract: Contract, symbol: Symbol) -> _Pair:
    return _Pair(
        ref=contract.provider,
        label=case.label(contract.provider),
        before=contract.members,
        bases=(contract.base,) if contract.base else (),
        source="the contract says",
        contract=contract.name,
        declared=True,
        old=None,
        now=symbol,
    )


def _draft(
    pair: _Pair,
    path: str | None,
    message: str,
    hint: str,
    *programs: Program,
    case: Case,
    others: tuple[str, ...] = (),
    cause: str | None = None,
) -> Draft:
    member = path if path in pair.before else None
    return Draft(
        subject=pair.ref,
        path=path,
        message=message,
        hint=hint,
        loci=(Locus(pair.label, path), *(Locus(pair.label, name) for name in others)),
        contract=pair.contract,
        check="enum values",
        location=(case.place_of(pair.ref, member) if member else None) or case.place_of(pair.ref),
        programs=programs,
        observed=True,
        cause=cause,
    )


def _program(pair: _Pair, *lines: str) -> Program:
    return statement(import_of(pair.ref, "Subject"), *lines)


def _lost(pair: _Pair) -> dict[str, str | None]:
    """Names that went, each with the name its value has now, if it has one."""
    if pair.now.kind != "enum":
        return {}
    by_value = {_key(value): name for name, value in reversed(list(pair.after.items()))}
    return {
        name: by_value.get(_key(value))
        for name, value in pair.before.items()
        if name not in pair.after
    }


def _key(value: JsonValue) -> str:
    return json.dumps(value, sort_keys=True)


def _changed(pair: _Pair) -> dict[str, tuple[JsonValue, JsonValue]]:
    if pair.now.kind != "enum":
        return {}
    return {
        name: (value, pair.after[name])
        for name, value in pair.before.items()
        if name in pair.after and _key(pair.after[name]) != _key(value)
    }


def _is_swap(changed: Mapping[str, tuple[JsonValue, JsonValue]]) -> bool:
    before = sorted(_key(old) for old, _ in changed.values())
    return len(changed) > 1 and before == sorted(_key(new) for _, new in changed.values())


def _member_removed(case: Case) -> Iterator[Draft]:
    for pair in _pairs(case):
        for name, elsewhere in _lost(pair).items():
            if elsewhere is not None:
                continue
            value = pair.before[name]
            draft = _draft(
                pair,
                name,
                f"{pair.name}.{name} is gone, and with it the value {value!r}",
                f"Keep {name}; payloads and code that hold it can't be read any more.",
                _program(pair, f"assert {name!r} in Subject.__members__, list(Subject)"),
                case=case,
            )
            yield replace(draft, places=_asked_for(case, pair, name))


def _asked_for(
    case: Case, pair: _Pair, member: str, way: Way = "names member"
) -> tuple[Place, ...]:
    """Where the consumer looks a member up by its value; with the lines that meet it so."""
    found = looked_up(case, pair.label, pair.before[member])
    ways: tuple[Way, ...] = (way,) if found else ()
    return tuple(sorted({*found, *meeting(case).places(Locus(pair.label, member), ways)}))


def _member_renamed(case: Case) -> Iterator[Draft]:
    for pair in _pairs(case):
        for name, elsewhere in _lost(pair).items():
            if elsewhere is None or not (pair.declared or _is_read(case, pair, name)):
                continue
            yield _draft(
                pair,
                name,
                f"{pair.name}.{name} is called {elsewhere} now",
                f"Keep {name} as an alias: `{name} = {pair.before[name]!r}` after {elsewhere}.",
                _program(pair, f"assert {name!r} in Subject.__members__, list(Subject)"),
                case=case,
                cause=pair.label,
            )


def _is_read(case: Case, pair: _Pair, member: str) -> bool:
    return any(use.member == member and short(use.owner) == pair.name for use in case.usage.members)


def _value_changed(case: Case) -> Iterator[Draft]:
    for pair in _pairs(case):
        changed = _changed(pair)
        if _is_swap(changed):
            continue
        for name, (before, after) in changed.items():
            draft = _draft(
                pair,
                name,
                f"{pair.name}.{name} is {after!r} now, {pair.source} {before!r}",
                "Keep the value: stored payloads hold it, and peers send and expect it.",
                _program(
                    pair,
                    f"value = Subject[{name!r}].value",
                    f"assert value == {before!r}, value",
                ),
                case=case,
                cause=pair.label,
            )
            yield replace(draft, places=_asked_for(case, pair, name, "as plain value"))


def _values_swapped(case: Case) -> Iterator[Draft]:
    for pair in _pairs(case):
        changed = _changed(pair)
        if not _is_swap(changed):
            continue
        name, (before, _) = next(iter(changed.items()))
        yield _draft(
            pair,
            name,
            f"the values of {pair.name}.{' and '.join(changed)} are swapped: "
            "what was written as one is read as the other",
            "Give each member its own value back.",
            _program(
                pair,
                f"member = Subject({before!r})",
                f"assert member.name == {name!r}, member",
            ),
            case=case,
            others=tuple(changed)[1:],
        )


def _base_changed(case: Case) -> Iterator[Draft]:
    for pair in _pairs(case):
        if pair.now.kind != "enum":
            # What is no class any more has a name of its own (`symbol-kind-changed`).
            if pair.old is None or pair.now.kind in ("class", "model", "protocol"):
                yield _draft(
                    pair,
                    None,
                    f"{pair.name} is no enum any more, but a {pair.now.kind}",
                    f"Keep {pair.name} an enum, or give the new thing a new name.",
                    _program(pair, "import enum", "assert issubclass(Subject, enum.Enum), Subject"),
                    case=case,
                )
            continue
        lost = [base for base in pair.bases if base not in pair.now.enum_base]
        if lost:
            became = " and ".join(pair.now.enum_base) or "nothing but enum members"
            yield _draft(
                pair,
                None,
                f"the members of {pair.name} are no longer {' and '.join(lost)}, but {became}",
                f"Derive {pair.name} from {' and '.join(lost)} as well, so that its members "
                "compare, print and serialize as before.",
                _program(pair, *(f"assert issubclass(Subject, {base}), Subject" for base in lost)),
                case=case,
            )


def _member_added(case: Case) -> Iterator[Draft]:
    for pair in _pairs(case):
        if pair.now.kind != "enum":
            continue
        known = {_key(value) for value in pair.before.values()}
        new = [
            name
            for name, value in pair.after.items()
            if name not in pair.before and _key(value) not in known
        ]
        for name in new:
            yield _draft(
                pair,
                name,
                f"{pair.name} has a new member {name} = {pair.after[name]!r}"
                + (", which the contract does not name" if pair.old is None else ""),
                "Peers that have not upgraded refuse it: upgrade readers before writers use it.",
                _program(
                    pair,
                    f"known = {list(pair.before)!r}",
                    "added = [member.name for member in Subject if member.name not in known]",
                    "assert not added, added",
                ),
                case=case,
            )


def _fallback_removed(case: Case) -> Iterator[Draft]:
    for pair in _pairs(case):
        old, now = pair.old, pair.now
        if old is None or old.enum_fallback is None or now.kind != "enum" or now.enum_fallback:
            continue
        unknown = _unknown(old)
        yield _draft(
            pair,
            "_missing_",
            f"{pair.name} refuses unknown values now; it read them as "
            f"{_value_name(old.enum_fallback)} before",
            "Keep the `_missing_` hook, so that values of newer peers are still read.",
            _program(pair, f"Subject({unknown!r})"),
            case=case,
        )


def _unknown(symbol: Symbol) -> JsonValue:
    """What the probe tried: for a flag a bit that no member has, which the answer holds."""
    fallback = symbol.enum_fallback
    if "enum:Flag" in symbol.bases and isinstance(fallback, dict):
        values = [_value(member.value) for member in symbol.enum_members]
        numbers = [value for value in values if isinstance(value, int)]
        return 1 << (max(numbers, default=0).bit_length() + 2)
    return _UNKNOWN["int" in symbol.enum_base]


def _read_otherwise(case: Case) -> Iterator[Draft]:
    for pair in _pairs(case):
        old, now = pair.old, pair.now
        if old is None or now.kind != "enum":
            continue
        after = _values(now.enum_members)
        before: list[tuple[JsonValue, str]] = list(old.enum_readings.items())
        fallback = old.enum_fallback
        if isinstance(fallback, dict) and "e" in fallback and now.enum_fallback is not None:
            before.append((_unknown(old), str(fallback["e"])))
        for text, member in before:
            found = now.enum_readings.get(str(text))
            if isinstance(now.enum_fallback, dict) and found is None:
                found = str(now.enum_fallback.get("e"))
            found = found or next((name for name, value in after.items() if value == text), None)
            if found == member or member not in after:
                continue
            fate = "is refused" if found is None else f"is read as {pair.name}.{found}"
            yield _draft(
                pair,
                "_missing_",
                f"{text!r} {fate} now, and was read as {pair.name}.{member}",
                "Keep the `_missing_` hook as it was: what it read is stored and sent.",
                _program(
                    pair,
                    f"member = Subject({text!r})",
                    f"assert member.name == {member!r}, member",
                ),
                case=case,
            )
            break


def _value_name(encoded: Encoded) -> str:
    return str(encoded["e"]) if isinstance(encoded, dict) and "e" in encoded else "something"


def _text_changed(case: Case) -> Iterator[Draft]:
    for pair in _pairs(case):
        if pair.old is None or pair.now.kind != "enum":
            continue
        changed = _changed(pair)
        after = {member.name: member for member in pair.now.enum_members}
        for old in pair.old.enum_members:
            new = after.get(old.name)
            if new is None or old.name in changed:
                continue
            if (old.text, old.formatted) == (new.text, new.formatted):
                continue
            draft = _draft(
                pair,
                "__str__",
                f"str() of {pair.name}.{old.name} is {new.text!r} and format() {new.formatted!r}; "
                f"they were {old.text!r} and {old.formatted!r}",
                "Use `.value` where the text matters: keys, file names, messages, queries.",
                _program(
                    pair,
                    f"member = Subject[{old.name!r}]",
                    f"assert str(member) == {old.text!r}, str(member)",
                    f"assert format(member) == {old.formatted!r}, format(member)",
                ),
                case=case,
            )
            asked = {"str"} if old.text != new.text else set()
            asked |= {"format"} if old.formatted != new.formatted else set()
            # Of a member, whatever it is written as; `.value` is no member.
            owners = {pair.ref, *(f"{pair.ref}.{member.name}" for member in pair.old.enum_members)}
            places = [
                use.place
                for use in case.usage.operations
                if use.operation in asked and use.owner in owners
            ]
            if places:
                message = f"{draft.message}; {case.candidate.consumer.name} makes text of it at "
                draft = replace(
                    draft,
                    message=message + where(places),
                    location=places[0],
                    places=tuple(places),
                    severity=Severity.BREAK,
                )
            yield draft
            break


def _order_changed(case: Case) -> Iterator[Draft]:
    """Members that the consumer takes by their place."""
    for pair in _pairs(case):
        if pair.old is None or pair.now.kind != "enum":
            continue
        before, now = _in_order(pair.old), _in_order(pair.now)
        for use in case.usage.operations:
            if use.operation != "place" or case.label(use.owner) != pair.label:
                continue
            place = int(use.detail)
            if not -len(before) <= place < len(before) or before[place] not in now:
                continue
            found = now[place] if -len(now) <= place < len(now) else "nothing"
            if found == before[place]:
                continue
            draft = _draft(
                pair,
                before[place],
                f"list({pair.name})[{place}] is {found} now, and was {before[place]}; "
                f"{case.candidate.consumer.name} takes it by its place at {where([use.place])}",
                "Keep the members in their order, or name the member in the consumer.",
                _program(
                    pair,
                    f"found = list(Subject)[{place}]",
                    f"assert found.name == {before[place]!r}, found",
                ),
                case=case,
            )
            yield replace(draft, location=use.place, places=(use.place,))
            break


def _in_order(symbol: Symbol) -> list[str]:
    """The members as iterating over the enum gives them."""
    return [member.name for member in symbol.enum_members if member.alias_of is None]


RULES = (
    Rule(
        id="enum-base-changed",
        family="enums",
        summary="The members of an enum are no longer texts or numbers, or it is no enum any more",
        severity=Severity.BREAK,
        directions=(_SOURCE,),
        witness="code",
        check=_base_changed,
        rank=12,
        compares=False,
    ),
    Rule(
        id="enum-values-swapped",
        family="enums",
        summary="Members of an enum exchanged their values",
        severity=Severity.BREAK,
        directions=(_READS, _READ_BY),
        witness="payload",
        check=_values_swapped,
        rank=13,
        compares=False,
    ),
    Rule(
        id="enum-value-changed",
        family="enums",
        summary="A member of an enum has another value",
        severity=Severity.BREAK,
        directions=(_READS, _READ_BY),
        witness="payload",
        check=_value_changed,
        rank=14,
        compares=False,
    ),
    Rule(
        id="enum-member-renamed",
        family="enums",
        summary="A member of an enum has another name and its old value",
        severity=Severity.BREAK,
        directions=(_SOURCE,),
        witness="code",
        check=_member_renamed,
        rank=15,
        compares=False,
    ),
    Rule(
        id="enum-member-removed",
        family="enums",
        summary="A member of an enum is gone with its value",
        severity=Severity.BREAK,
        directions=(_SOURCE, _READS),
        witness="code",
        check=_member_removed,
        rank=16,
        compares=False,
    ),
    Rule(
        id="enum-read-otherwise",
        family="enums",
        summary="A value that no member has is read as another member now, or refused",
        severity=Severity.BREAK,
        directions=(_READS,),
        witness="code",
        check=_read_otherwise,
        rank=18,
    ),
    Rule(
        id="enum-fallback-removed",
        family="enums",
        summary="An enum refuses unknown values that it accepted before",
        severity=Severity.BREAK,
        directions=(_READS,),
        witness="payload",
        check=_fallback_removed,
        rank=17,
        compares=False,
    ),
    Rule(
        id="enum-member-added",
        family="enums",
        summary="An enum has a new member",
        severity=Severity.WARNING,
        directions=(_READ_BY,),
        witness="payload",
        check=_member_added,
        rank=45,
        compares=False,
    ),
    Rule(
        id="enum-order-changed",
        family="enums",
        summary="The consumer takes an enum member by its position, and gets another one now",
        severity=Severity.BREAK,
        directions=(_SOURCE,),
        witness="code",
        check=_order_changed,
        rank=19,
    ),
    Rule(
        id="enum-text-changed",
        family="enums",
        summary="str() or format() of an enum's members give another text",
        severity=Severity.WARNING,
        directions=(_SOURCE,),
        witness="code",
        check=_text_changed,
        rank=46,
        compares=False,
    ),
)
