"""Constants: are the values that the consumer reads still what they were?"""

from __future__ import annotations

import ast
import builtins
import operator
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from contract_check.model.observation import Encoded, Observation
from contract_check.model.report import Direction, Severity
from contract_check.model.usage import OperationUse, Place
from contract_check.rules.case import CLASSES, Case, short, value_label
from contract_check.rules.encoded import children, conditions, say, source
from contract_check.rules.interface import Draft, Locus, Program, Rule
from contract_check.rules.uses import asked_kinds, contract_of, where
from contract_check.rules.witnesses import import_of, statement

_ALIKE = (
    frozenset({"int", "float", "bool"}),
    frozenset({"list", "tuple"}),
    frozenset({"set", "frozenset"}),
)
_COMPARED: dict[type[ast.cmpop], Callable[[Any, Any], object]] = {
    ast.Eq: operator.eq, ast.NotEq: operator.ne,
    ast.Lt: operator.lt, ast.LtE: operator.le, ast.Gt: operator.gt, ast.GtE: operator.ge,
    ast.In: lambda left, right: left in right, ast.NotIn: lambda left, right: left not in right,
}  # fmt: skip
_OF_ITS_OWN = re.compile(r"version|^__\w+__$|commit|build|date", re.IGNORECASE)
"""Names of what differs between any two releases."""
_INDEX = re.compile(r"-?\d+")


@dataclass(frozen=True)
class _Constant:
    """A value of the provider that the consumer reads.

    Args:
        ref: of the module's name, or of the class.
        member: of the class, or None.
        old: its value with the baseline.
        new: its value with the candidate.
        places: where the consumer reads it.
        compared: where it compares it.
        parts: what it reads of it: attributes and methods, or keys, each with where.
        asked: the comparisons with literals that have another answer now, with the old one.
    """

    ref: str
    member: str | None
    old: dict[str, Encoded]
    new: dict[str, Encoded]
    places: tuple[Place, ...]
    compared: tuple[Place, ...] = ()
    parts: tuple[tuple[str, Place], ...] = ()
    asked: tuple[tuple[str, bool], ...] = ()

    @property
    def name(self) -> str:
        return short(self.ref) + (f".{self.member}" if self.member else "")

    @property
    def expression(self) -> str:
        return "Subject" + (f".{self.member}" if self.member else "")


def _constants(case: Case) -> Iterator[_Constant]:
    """The constants that the consumer reads and whose values or types differ."""
    if case.baseline is None:
        return
    for (ref, member), places in _reads(case).items():
        old = _value(case.baseline, ref, member)
        new = _value(case.candidate, ref, member)
        if not isinstance(old, dict) or not isinstance(new, dict) or old == new:
            continue
        if _OF_ITS_OWN.search(member or short(ref)) or _of_the_place(old) or _opaque([old, new]):
            continue
        whole = f"{ref}.{member}" if member else ref
        if whole in asked_kinds(case) and old.get("t") != new.get("t"):
            continue
        met = [place for place in places if not _the_same(case, whole, old, new, place)]
        if not met:
            continue
        compared = [use.place for use in case.usage.names if use.how == "compare"]
        compared += [use.place for use in _comparisons(case, whole)]
        asked = [(use.detail, _answers(use.detail, old, new)) for use in _comparisons(case, whole)]
        yield _Constant(
            ref,
            member,
            old,
            new,
            tuple(met),
            tuple(p for p in met if p in compared),
            tuple(_parts(case, whole)),
            tuple((text, both[0]) for text, both in asked if both and both[0] != both[1]),
        )


def _the_same(
    case: Case, ref: str, old: dict[str, Encoded], new: dict[str, Encoded], place: Place
) -> bool:
    """Whether all that the consumer asks of a constant at a line has the answer that it had."""
    owner, _, name = ref.rpartition("." if "." in ref.partition(":")[2] else ":")
    mentions = [use for use in case.usage.names if use.place == place and use.ref == ref]
    read = [
        use
        for use in case.usage.members
        if use.place == place and (use.owner, use.member) == (owner, name)
    ]
    asked = [use for use in _comparisons(case, ref) if use.place == place]
    parts = [part for part, where in _parts(case, ref) if where == place]
    if len(mentions) + len(read) != len(asked) or not (asked or parts):
        return False
    answers = [_answers(use.detail, old, new) for use in asked]
    had, has = children(old) or {}, children(new) or {}
    return all(both is not None and both[0] == both[1] for both in answers) and all(
        part in had and part in has and had[part] == has[part] for part in parts
    )


def _comparisons(case: Case, ref: str) -> list[OperationUse]:
    return [use for use in case.usage.operations if use.operation == "compare" and use.owner == ref]


def _answers(
    asked: str, old: dict[str, Encoded], new: dict[str, Encoded]
) -> tuple[bool, bool] | None:
    """What a comparison gives with the baseline and with the candidate; None if that is unknown."""
    tree = ast.parse(asked, mode="eval").body if asked else None
    if not isinstance(tree, ast.Compare) or type(tree.ops[0]) not in _COMPARED:
        return None
    answers: list[bool] = []
    for text in (source(old), source(new)):
        try:
            value = ast.literal_eval(text or "")
            left, right = (
                value if isinstance(side, ast.Name) else ast.literal_eval(side)
                for side in (tree.left, tree.comparators[0])
            )
            answers.append(bool(_COMPARED[type(tree.ops[0])](left, right)))
        except (ValueError, TypeError, SyntaxError):
            return None  # no literal, or of types that can't be compared
    return answers[0], answers[1]


def _parts(case: Case, ref: str) -> Iterator[tuple[str, Place]]:
    for call in case.usage.calls:
        owner, _, method = call.target.rpartition(".")
        if owner == ref:
            yield method, call.place
    for read in case.usage.members:
        if read.owner == ref and not (read.stored or read.optional):
            yield read.member, read.place
    for done in case.usage.operations:
        is_key = done.operation == "subscript" and not done.detail.endswith(" types")
        if done.owner == ref and is_key and done.detail:
            yield done.detail, done.place


def _reads(case: Case) -> dict[tuple[str, str | None], list[Place]]:
    found: dict[tuple[str, str | None], list[Place]] = {}
    for use in case.usage.names:
        if use.how != "annotation":
            found.setdefault((use.ref, None), []).append(use.place)
    for call in case.usage.calls:
        owner, _, method = call.target.rpartition(".")
        if method and ":" in owner:
            found.setdefault((owner, None), []).append(call.place)
    for read in case.usage.members:
        if read.stored or read.optional:
            continue
        is_class = ":" in read.owner
        key = (read.owner, read.member) if is_class else (f"{read.owner}:{read.member}", None)
        found.setdefault(key, []).append(read.place)
        if is_class:  # an attribute or, in brackets, a key of a constant
            found.setdefault((read.owner, None), []).append(read.place)
    for done in case.usage.operations:
        if done.operation == "subscript":
            found.setdefault((done.owner, None), []).append(done.place)
    return {key: sorted(places) for key, places in found.items()}


def _value(observation: Observation, ref: str, member: str | None) -> Encoded | None:
    symbol = observation.symbol(ref)
    if symbol is None:
        return None
    if member is None:
        return symbol.value if symbol.kind == "value" else None
    found = symbol.members.get(member)
    if symbol.kind not in CLASSES or found is None or member in symbol.fields:
        return None
    return found.constant


def _of_the_place(value: dict[str, Encoded]) -> bool:
    """A path depends on where the package is installed."""
    text = value.get("v")
    items = value.get("i", value.get("u"))
    if isinstance(items, list):
        return any(isinstance(item, dict) and _of_the_place(item) for item in items)
    return "Path" in str(value.get("t")) or (isinstance(text, str) and text.startswith("/"))


def _opaque(value: Encoded | None) -> bool:
    if isinstance(value, dict):
        return "r" in value or any(_opaque(item) for item in value.values())
    return isinstance(value, list) and any(_opaque(item) for item in value)


def _kind(value: dict[str, Encoded]) -> str:
    return str(value.get("t"))


def _type_changed(case: Case) -> Iterator[Draft]:
    for item in _constants(case):
        old, new = _kind(item.old), _kind(item.new)
        if old == new or ({old, new} == {"int", "bool"} and item.old["v"] == item.new["v"]):
            continue
        mild = any({old, new} <= group for group in _ALIKE) or old == "NoneType" or "e" in item.new
        gone = [part for part in item.parts if _lacks(old, new, part[0])]
        yield _draft(
            case,
            item,
            f"{item.name} is {_article(new)} now, and was {_article(old)}"
            + (f", and has no {gone[0][0]}" if gone else ""),
            statement(
                import_of(item.ref, "Subject"),
                "",
                f"found = type({item.expression}).__name__",
                f"assert found == {short(old)!r}, found",
            ),
            Severity.WARNING if mild and not gone else None,
            tuple(place for _, place in gone),
        )


def _lacks(old: str, new: str, attribute: str) -> bool:
    """Whether a built-in type has an attribute and another one lacks it."""
    had, has = vars(builtins).get(old), vars(builtins).get(new)
    both = isinstance(had, type) and isinstance(has, type)
    return both and hasattr(had, attribute) and not hasattr(has, attribute)


def _article(kind: str) -> str:
    if kind == "NoneType":
        return "None"
    return f"{'an' if short(kind)[:1] in 'aeiou' else 'a'} {short(kind)}"


def _value_changed(case: Case) -> Iterator[Draft]:
    for item in _constants(case):
        wanted = [*conditions(item.expression, item.old)]
        if _kind(item.old) != _kind(item.new) or None in wanted:
            continue
        gone = [part for part in item.parts if _lost_key(item.old, item.new, part[0])]
        met = item.asked or (item.compared and not _only_more(item.old, item.new))
        yield _draft(
            case,
            item,
            f"{item.name} is {say(item.new)} now, and was {say(item.old)}"
            + (f": {_key(gone[0][0])} is gone" if gone else ""),
            _asking(item)
            if item.asked
            else statement(
                import_of(item.ref, "Subject"),
                "",
                *(f"assert {text}, {item.expression}" for text in wanted),
            ),
            Severity.BREAK if met or gone else None,
            tuple(place for _, place in gone),
        )


def _asking(item: _Constant) -> Program:
    """Asks what the consumer asks."""
    text, answer = item.asked[0]
    return statement(
        import_of(item.ref, "Subject"),
        "",
        f"Subject = {item.expression}",
        f"assert {text if answer else f'not ({text})'}, Subject",
    )


def _lost_key(old: Encoded, new: Encoded, key: str) -> bool:
    """Whether a dictionary had a key, or a sequence an index, and lacks it now."""
    had, has = (children(value) if isinstance(value, dict) else None for value in (old, new))
    if had is None or has is None:
        return False
    if _INDEX.fullmatch(key) and isinstance(old, dict) and "i" in old:
        return -len(had) <= int(key) < len(had) and not -len(has) <= int(key) < len(has)
    return key in had and key not in has


def _key(part: str) -> str:
    return f"item {part}" if _INDEX.fullmatch(part) else repr(part)


def _only_more(old: dict[str, Encoded], new: dict[str, Encoded]) -> bool:
    """Whether a collection has all that it had, and more: what was in it still is."""
    had, has = (value.get("i", value.get("u")) for value in (old, new))
    if isinstance(had, list) and isinstance(has, list):
        return all(part in has for part in had)
    keys, others = children(old), children(new)
    return "d" in old and keys is not None and others is not None and keys.keys() <= others.keys()


def _draft(
    case: Case,
    item: _Constant,
    what: str,
    program: Program,
    severity: Severity | None,
    met: tuple[Place, ...] = (),
) -> Draft:
    places = met or item.compared or item.places
    verb = "compares" if item.compared and not met else "reads"
    return Draft(
        subject=item.ref,
        path=item.member,
        message=f"{what}; {case.candidate.consumer.name} {verb} it at {where(places)}",
        hint=f"Keep {item.name}, and give what is new a name of its own.",
        loci=(Locus(case.label(item.ref), item.member),),
        contract=contract_of(case, case.label(item.ref)),
        location=min(places),
        programs=(program,),
        severity=severity,
        cause=None if item.member else f"{value_label(item.ref)} {item.old} {item.new}",
    )


RULES = (
    Rule(
        id="constant-type-changed",
        family="constants",
        summary="A constant that the consumer reads has another type",
        severity=Severity.BREAK,
        directions=(Direction.SOURCE,),
        witness="code",
        check=_type_changed,
        rank=20,
    ),
    Rule(
        id="constant-changed",
        family="constants",
        summary="A constant that the consumer reads has another value",
        severity=Severity.WARNING,
        directions=(Direction.SOURCE,),
        witness="code",
        check=_value_changed,
        rank=50,
    ),
)
