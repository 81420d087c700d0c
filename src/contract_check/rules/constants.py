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
from contract_check.rules.interface import Draft, Example, Locus, Program, Rule
from contract_check.rules.uses import asked_kinds, contract_of, where
from contract_check.rules.witnesses import import_of, statement
from contract_check.rules.wording import doc

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


_LIMITS = """
import os

TIMEOUT = 5
STREAM = "events"
VERSION = "1.0"
HERE = os.path.dirname(__file__)
NAMES = ("a", "b")

class Bus:
    depth = 3
"""
_WAITS = "from provider import TIMEOUT\n\ndef wait():\n    return TIMEOUT + 1\n"
_DEEP = "from provider import Bus\n\ndef deeper():\n    return Bus.depth + 1\n"
_TABLE = 'DEFAULTS = {"a": 1}\n'
_INDEXES = """
from provider import DEFAULTS

def first():
    value = DEFAULTS["a"]
    return value
"""
_CODES = """
from enum import Enum

class Level(Enum):
    low = 1
    high = 2

CODES = {0}
"""
_CODED = "from provider import CODES\n\ndef codes():\n    return {0}\n"
_ASKS = """
from provider import DEFAULTS, NAMES, TIMEOUT, Bus

def ask():
    value = DEFAULTS["a"]
    return "a" in NAMES, 10 > TIMEOUT, Bus.depth >= 1, value
"""
_NAMED = "from provider import {0}\n\ndef show():\n    return print({0})\n"

RULES = (
    Rule(
        id="constant-type-changed",
        family="constants",
        summary="A constant that the consumer reads has another type",
        severity=Severity.BREAK,
        directions=(Direction.SOURCE,),
        witness="code",
        doc=doc(
            "A value of a module, or of a class, that the consumer reads is of another type. "
            "Between types that stand in for each other (`int` and `float`, `list` and `tuple`), "
            "and where it was None, that is a warning, unless the consumer uses what the new type "
            "lacks (`append` of a tuple).",
            "`TypeError` or `AttributeError` where the consumer works with it, or a comparison "
            "that is never true any more.",
            '`TIMEOUT = 5` becomes `TIMEOUT = "5s"`, and the consumer says `TIMEOUT + 1`.',
            "Keep the constant, and give the new form a new name.",
        ),
        examples=(
            Example(
                title="a number becomes a text",
                old=_LIMITS,
                new=_LIMITS.replace("TIMEOUT = 5", 'TIMEOUT = "5s"'),
                consumer=_WAITS,
            ),
            Example(
                title="a value of a class becomes None",
                old=_LIMITS,
                new=_LIMITS.replace("depth = 3", "depth = None"),
                consumer=_DEEP,
            ),
            Example(
                title="a text whose methods are called becomes None",
                old=_LIMITS,
                new=_LIMITS.replace('"events"', "None"),
                consumer="from provider import STREAM\n\ndef name():\n    return STREAM.upper()\n",
            ),
            *(
                Example(
                    title=f"a dictionary that is only indexed becomes {said}",
                    old=_TABLE,
                    new=f"DEFAULTS = {value}\n",
                    consumer=_INDEXES,
                )
                for said, value in (("a list", "[1]"), ("None", "None"))
            ),
            Example(
                title="a list that is added to becomes a tuple",
                old="HANDLERS: list = []\n",
                new="HANDLERS: tuple = ()\n",
                consumer="from provider import HANDLERS\n\ndef add():\n"
                "    HANDLERS.append(print)\n",
            ),
            Example(
                title="a constant that is only imported",
                old=_LIMITS,
                new=_LIMITS.replace("TIMEOUT = 5", 'TIMEOUT = "5s"'),
                consumer="from provider import STREAM, TIMEOUT\n\ndef name():\n    return STREAM\n",
                breaks=False,
            ),
        ),
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
        doc=doc(
            "A value of a module, or of a class, that the consumer reads is another one of the "
            "same type. Where the consumer compares it with something of its own, or reads a key "
            "or an index that is gone, that is a break; not so for a collection that still has "
            "all that it had. A comparison with a literal that has the same answer, and a key "
            "that has the same value, are nothing. Versions and paths, which differ anyway, do "
            "not count.",
            "The consumer took the old value for granted: a name of a stream that it writes to, a "
            "limit that it stays below.",
            '`STREAM = "events"` becomes `STREAM = "events.v2"`.',
            "Look at the consumer's lines. Where they mean the old value, write it down there.",
        ),
        examples=(
            Example(
                title="another number",
                old=_LIMITS,
                new=_LIMITS.replace("TIMEOUT = 5", "TIMEOUT = 6"),
                consumer=_WAITS,
            ),
            Example(
                title="another item of a list",
                old="ITEMS = [1, 2]\n",
                new="ITEMS = [3, 2]\n",
                consumer="import provider\n\nfirst = provider.ITEMS[0]\n",
            ),
            *(
                Example(
                    title=f"another item of a {kind}",
                    old=_CODES.format(f'{start}"A", "B"{end}'),
                    new=_CODES.format(f'{start}"A", "C"{end}'),
                    consumer=_CODED.format("[code for code in CODES]"),
                )
                for kind, start, end in (
                    ("tuple", "(", ")"),
                    ("set", "{", "}"),
                    ("frozenset", "frozenset((", "))"),
                    ("tuple in a dictionary", "{1: (", ")}"),
                    ("tuple with an enum's member", "(Level.low, ", ")"),
                )
            ),
            Example(
                title="another member of an enum",
                old=_CODES.format("Level.low"),
                new=_CODES.format("Level.high"),
                consumer=_CODED.format("CODES"),
            ),
            Example(
                title="a tuple that items are looked for in has one more",
                old=_CODES.format('("A",)'),
                new=_CODES.format('("A", "B")'),
                consumer=_CODED.replace("codes()", "codes(name)").format("name in CODES"),
            ),
            Example(
                title="another value of a class",
                old=_LIMITS,
                new=_LIMITS.replace("depth = 3", "depth = 4"),
                consumer=_DEEP,
            ),
            Example(
                title="what the consumer asks has the answer that it had",
                old=_LIMITS + _TABLE,
                new=(_LIMITS + _TABLE)
                .replace("TIMEOUT = 5", "TIMEOUT = 8")
                .replace('("a", "b")', '["b", "c", "a"]')
                .replace("depth = 3", "depth = 4")
                .replace('"a": 1', '"a": 1, "b": 2'),
                consumer=_ASKS,
                breaks=False,
            ),
            Example(
                title="the version",
                old=_LIMITS,
                new=_LIMITS.replace('"1.0"', '"1.1"'),
                consumer=_NAMED.format("VERSION"),
                breaks=False,
            ),
            Example(
                title="where it is installed",
                old=_LIMITS,
                new=_LIMITS.replace('"1.0"', '"1.1"'),
                consumer=_NAMED.format("HERE"),
                breaks=False,
            ),
        ),
        check=_value_changed,
        rank=50,
    ),
)
