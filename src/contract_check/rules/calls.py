"""Calls: do the consumer's own call sites still mean what they meant?"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping

from contract_check.model.observation import Parameter, Signature, Symbol
from contract_check.model.report import Direction, Severity
from contract_check.model.usage import Place
from contract_check.rules.case import Case, short
from contract_check.rules.fields.annotations import fits, head
from contract_check.rules.interface import Draft, Example, Locus, Program, Rule
from contract_check.rules.uses import (
    AWAITABLE,
    Site,
    binding,
    contract_of,
    lost_members,
    misfit,
    sites,
    where,
)
from contract_check.rules.witnesses import import_of, statement
from contract_check.rules.wording import a_

_SOURCE = (Direction.SOURCE,)
_PLAIN_TYPE = re.compile(r"(?!.*(Annotated|Callable)\[)[A-Za-z_](?:[\w\[\], |'\"-]|\.(?!\.))*")


def _unbound(case: Case, *, constructs: bool) -> Iterator[Draft]:
    """Call sites that bound with the baseline and don't with the candidate, by what they call."""
    failing: dict[Locus, list[tuple[Site, str]]] = {}
    for site in sites(case):
        if site.constructs is not constructs:
            continue
        if site.before.parameters is None or site.now.parameters is None:
            continue
        if misfit(site.before.parameters, site.given) is not None:
            continue
        reason = misfit(site.now.parameters, site.given)
        if reason is not None:
            failing.setdefault(site.locus, []).append((site, reason))
    for locus, found in failing.items():
        found.sort(key=lambda item: item[0].use.place)
        site, reason = found[0]
        yield Draft(
            subject=site.subject,
            path=None if site.member == "__init__" else site.member,
            message=f"{site.name} {_anew(reason)}{_renamed(site, reason)}; "
            f"{case.candidate.consumer.name} calls it at {where(s.use.place for s, _ in found)}",
            hint=f"Let {site.name} take its old arguments as well, or change the calls.",
            loci=(locus, *_consumer_locus(case, site)),
            contract=contract_of(case, case.label(site.subject), case.label(site.use.via or "")),
            location=site.use.place,
            programs=tuple(dict.fromkeys(binding(item) for item, _ in found)),
            cause=_call_of(site.member, (item.use.place for item, _ in found)),
        )


def _call_of(member: str | None, places: Iterable[Place]) -> str | None:
    """The same method called at the same lines, of a protocol and of what stands in for it."""
    if member is None:
        return None
    return " ".join((member, *sorted(f"{place.file}:{place.line}" for place in places)))


def _anew(reason: str) -> str:
    lacks = "has no parameter "
    if reason.startswith(lacks):
        return f"no longer takes {reason.removeprefix(lacks)}"
    return f"now {reason}"


def _consumer_locus(case: Case, site: Site) -> tuple[Locus, ...]:
    """A class of the consumer's is constructed as the provider's class that it derives from."""
    return (Locus(case.label(site.use.via)),) if site.constructs and site.use.via else ()


def _renamed(site: Site, reason: str) -> str:
    """Where one name went and one came in its place, that is said."""
    before, now = _names(site.before), _names(site.now)
    gone = [name for name in before if name not in now]
    new = [name for name in now if name not in before]
    if len(gone) == len(new) == 1 and repr(gone[0]) in reason:
        return f" (it is {new[0]!r} now)"
    return ""


def _names(signature: Signature) -> list[str]:
    return [item.name for item in signature.parameters or () if not item.kind.startswith("var-")]


def _positional_moved(case: Case) -> Iterator[Draft]:
    """Arguments by position that land in another parameter, which has the name of an old one."""
    seen: set[Locus] = set()
    for site in sites(case):
        before, now = _by_position(site.before), _by_position(site.now)
        count = site.given.positional
        if site.given.open_ended or site.locus in seen:
            continue  # what stands behind a `*` has no place that could be told
        if misfit(site.before.parameters or (), site.given) is not None:
            continue
        if misfit(site.now.parameters or (), site.given) is not None:
            continue  # it doesn't bind at all: that has a name of its own
        if site.before.built_in or site.now.built_in:
            continue  # whose parameters have no names
        moved = [
            (name, now[place])
            for place, name in enumerate(before[:count])
            if place < len(now) and now[place] != name and name in now
        ]
        if not moved or (site.before.body is not None and site.before.body == site.now.body):
            continue  # only the names are others
        seen.add(site.locus)
        name, other = moved[0]
        yield Draft(
            subject=site.subject,
            path=None if site.member == "__init__" else site.member,
            message=f"{site.name} takes {other!r} where it took {name!r}; "
            f"{case.candidate.consumer.name} passes it by position at {where([site.use.place])}",
            hint=f"Keep the order of the parameters of {site.name}; add new ones at the end, or "
            "by keyword only.",
            loci=(site.locus, *_consumer_locus(case, site)),
            contract=contract_of(case, case.label(site.subject), case.label(site.use.via or "")),
            location=site.use.place,
            programs=(_order_program(site, before[:count]),),
        )


def _by_position(signature: Signature) -> list[str]:
    kinds = ("positional-only", "positional-or-keyword")
    return [item.name for item in signature.parameters or () if item.kind in kinds]


def _order_program(site: Site, expected: list[str]) -> Program:
    return statement(
        "import inspect",
        import_of(site.subject, "Subject"),
        "",
        f"names = list(inspect.signature({site.expression}).parameters)",
        f"expected = {expected!r}",
        "kept = [names[place] == name for place, name in enumerate(expected) if name in names]",
        "assert all(kept), names",
    )


def _call_no_longer_binds(case: Case) -> Iterator[Draft]:
    return _unbound(case, constructs=False)


def _constructor_changed(case: Case) -> Iterator[Draft]:
    return _unbound(case, constructs=True)


def _sync_async_changed(case: Case) -> Iterator[Draft]:
    seen: set[Locus] = set()
    for site in sites(case):
        if site.constructs or site.before.is_async is site.now.is_async or site.locus in seen:
            continue
        if any(item.flavor.endswith("context manager") for item in (site.before, site.now)):
            continue  # what is done with its result is `operation-lost`
        if site.use.later:
            continue  # who calls it may await it
        other = site.before if site.now.is_async else site.now
        if AWAITABLE.search(other.returns or ""):
            continue  # a plain function that hands out something to await is as good
        awaited = _awaits(case, site)
        if site.now.is_async and awaited:
            continue  # so what it returned before is to be awaited
        unknown = set(site.now.opaque) - set(site.before.opaque)
        seen.add(site.locus)
        now = "async" if site.now.is_async else "no longer async"
        effect = (
            f"does not await it, and gets {_handed_by(site.now)} instead of the result"
            if site.now.is_async
            else "awaits it, which fails on a plain result"
            if awaited
            else f"takes what it returns for {_handed_by(site.before)}"
        )
        yield Draft(
            subject=site.subject,
            path=site.member,
            message=f"{site.name} is {now}; {case.candidate.consumer.name} {effect} "
            f"at {where([site.use.place])}",
            hint=f"Keep {site.name} as it was, and offer the other form under a new name.",
            loci=(site.locus,),
            contract=contract_of(case, case.label(site.subject)),
            location=site.use.place,
            programs=(_async_program(site),),
            severity=Severity.WARNING if unknown and not site.now.is_async else None,
            cause=_call_of(site.member, [site.use.place]),
        )


def _handed_by(signature: Signature) -> str:
    """What a call of an async function gives at once."""
    return "an async generator" if signature.flavor == "async generator" else "a coroutine"


def _awaits(case: Case, site: Site) -> bool:
    """Whether the consumer awaits what a call gives, there or after it was given a name."""
    results = (f"{site.use.target}()", site.use.target)
    return site.use.awaited or any(
        use.operation == "await" and use.owner in results for use in case.usage.operations
    )


def _async_program(site: Site) -> Program:
    expected = "" if site.before.is_async else "not "
    return statement(
        "import inspect",
        import_of(site.subject, "Subject"),
        "",
        f"function = inspect.unwrap({site.expression})",
        f"assert {expected}(inspect.iscoroutinefunction(function) or "
        "inspect.isasyncgenfunction(function)), function",
    )


def _parameter_default_changed(case: Case) -> Iterator[Draft]:
    seen: set[tuple[Locus, str]] = set()
    for site in sites(case):
        for before, now in _left_out(site):
            key = (site.locus, now.name)
            was, found = before.made or before.default, now.made or now.default
            if was == found or key in seen:
                continue
            if "<" in (str(was)[:1], str(found)[:1]):
                continue  # an object without a text of its own
            seen.add(key)
            path = ".".join(filter(None, (site.member, now.name)))
            yield Draft(
                subject=site.subject,
                path=path,
                message=f"{site.name} takes {now.name}={found} where it took "
                f"{was}; {case.candidate.consumer.name} leaves it out "
                f"at {where([site.use.place])}",
                hint=f"Pass {now.name} explicitly where the old value is meant.",
                loci=(Locus(case.label(site.subject), path),),
                contract=contract_of(
                    case, case.label(site.subject), case.label(site.use.via or "")
                ),
                location=site.use.place,
                programs=(_default_program(site, before, now),),
            )


def _left_out(site: Site) -> Iterator[tuple[Parameter, Parameter]]:
    """Parameters with a default on both sides that a call doesn't pass: before, now."""
    if site.given.open_ended or site.now.parameters is None:
        return
    known = {item.name: item for item in site.before.parameters or ()}
    for position, now in enumerate(site.now.parameters):
        before = known.get(now.name)
        if before is None or before.default is None or now.default is None:
            continue
        by_position = now.kind in ("positional-only", "positional-or-keyword")
        if now.name in site.given.keywords or (by_position and position < site.given.positional):
            continue
        yield before, now


def _default_program(site: Site, before: Parameter, now: Parameter) -> Program:
    if before.made or now.made:
        return statement(
            "import dataclasses",
            import_of(site.subject, "Subject"),
            "",
            f"(field,) = [item for item in dataclasses.fields(Subject) if item.name == "
            f"{before.name!r}]",
            "made = field.default",
            "if field.default_factory is not dataclasses.MISSING:",
            "    made = field.default_factory()",
            f"assert repr(made) == {before.made or before.default!r}, made",
        )
    return statement(
        "import inspect",
        import_of(site.subject, "Subject"),
        "",
        f"parameter = inspect.signature({site.expression}).parameters[{before.name!r}]",
        f"assert repr(parameter.default) == {before.default!r}, parameter",
    )


def _return_changed(case: Case) -> Iterator[Draft]:
    seen: set[Locus] = set()
    for site in sites(case):
        before, now = site.before.returns, site.now.returns
        if site.constructs or site.locus in seen or before is None or now is None:
            continue
        if same_or_narrower(now, before) or _of_a_subclass(case, now, before):
            continue
        seen.add(site.locus)
        yield Draft(
            subject=site.subject,
            path=site.member,
            message=f"{site.name} is declared to return {_said(now)}, no longer {_said(before)}; "
            f"{case.candidate.consumer.name} calls it at {where([site.use.place])}",
            hint="Check what the consumer does with the result.",
            loci=(site.locus,),
            contract=contract_of(case, case.label(site.subject)),
            location=site.use.place,
            programs=_return_programs(site, before),
            cause=_call_of(site.member, [site.use.place]),
        )


def _said(annotation: str) -> str:
    return re.sub(r"\bNoneType\b", "None", annotation)


def same_or_narrower(now: str, before: str) -> bool:
    """Whether an annotation promises all that another one did, as far as its text tells."""
    known = _arms(before)
    return all(
        any(fits(arm, other) or _offers(arm, other) for other in known) for arm in _arms(now)
    )


def _offers(now: str, before: str) -> bool:
    """Whether a collection can be used as what another one was declared to be: a list as what can
    be iterated over."""
    (kind, items), (promised, wanted) = head(now), head(before)
    if kind not in _OFFERED_BY.get(promised, ()):
        return False
    return all(same_or_narrower(*pair) for pair in zip(items, wanted, strict=False))


_SEQUENCES = ("list", "tuple", "deque", "Sequence", "MutableSequence")
_SETS = ("set", "frozenset", "AbstractSet", "MutableSet")
_MAPS = ("dict", "defaultdict", "OrderedDict", "Mapping", "MutableMapping")
_OFFERED_BY: Mapping[str, tuple[str, ...]] = {
    "Sequence": _SEQUENCES,
    "MutableSequence": ("list", "deque"),
    "AbstractSet": _SETS,
    "MutableSet": ("set",),
    "Mapping": _MAPS,
    "MutableMapping": ("dict", "defaultdict", "OrderedDict"),
    "dict": ("defaultdict", "OrderedDict"),
    "Collection": (*_SEQUENCES, *_SETS, *_MAPS),
    "Iterable": (*_SEQUENCES, *_SETS, *_MAPS, "Collection", "Iterator", "Generator"),
    "Iterator": ("Generator",),
    "AsyncIterable": ("AsyncIterator", "AsyncGenerator"),
    "AsyncIterator": ("AsyncGenerator",),
}
"""What collections can be used in the place of another, by the table in the library reference,
"Collections Abstract Base Classes"."""
_SPELLINGS = {
    "List": "list",
    "Dict": "dict",
    "Set": "set",
    "FrozenSet": "frozenset",
    "Tuple": "tuple",
    "Type": "type",
    "NoneType": "None",
}


def _arms(annotation: str) -> frozenset[str]:
    """The alternatives of an annotation, spelled in one way."""
    try:
        return _alternatives(ast.parse(annotation.strip(), mode="eval").body)
    except SyntaxError:
        return frozenset((annotation,))


def _alternatives(node: ast.expr) -> frozenset[str]:
    match node:
        case ast.Constant(value=str() as quoted):
            return _arms(quoted)
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return frozenset((_SPELLINGS.get(name, name),))
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            return _alternatives(left) | _alternatives(right)
        case ast.Subscript(value=origin, slice=inner):
            return _subscripted(_one(origin), inner)
    return frozenset((ast.unparse(node),))


def _subscripted(origin: str, inner: ast.expr) -> frozenset[str]:
    items = inner.elts if isinstance(inner, ast.Tuple) else [inner]
    if origin == "Literal":
        return frozenset(f"Literal[{ast.unparse(item)}]" for item in items)
    if origin == "Optional":
        return _alternatives(inner) | {"None"}
    if origin == "Union":
        return frozenset[str]().union(*(_alternatives(item) for item in items))
    if origin == "Annotated":
        return _alternatives(items[0])
    return frozenset((f"{origin}[{', '.join(_one(item) for item in items)}]",))


def _one(node: ast.expr) -> str:
    return " | ".join(sorted(_alternatives(node)))


def _of_a_subclass(case: Case, now: str, before: str) -> bool:
    """Whether a class is returned that is one of those that were."""
    names = {name: item for item in _classes(case) for name in (short(item.ref),)}
    wanted = _arms(before)
    for arm in _arms(now):
        found = names.get(arm)
        bases = {base.rpartition(":")[2] for base in found.bases} if found else {arm}
        if not bases & wanted:
            return False
    return True


def _classes(case: Case) -> Iterable[Symbol]:
    return (item for item in case.candidate.described.symbols.values() if item.bases)


def _return_programs(site: Site, before: str) -> tuple[Program, ...]:
    if not _PLAIN_TYPE.fullmatch(before):
        return ()
    return (
        statement(
            "import inspect, types, typing",
            import_of(site.subject, "Subject"),
            "",
            "",
            "def spelled(kind):",
            "    if isinstance(kind, str):",
            "        return kind",
            "    if typing.get_origin(kind) is typing.Literal:",
            "        return f\"Literal[{', '.join(map(repr, typing.get_args(kind)))}]\"",
            "    origin, items = typing.get_origin(kind), [*map(spelled, typing.get_args(kind))]",
            "    if origin in (typing.Union, types.UnionType):",
            "        return ' | '.join(items)",
            "    name = getattr(origin or kind, '__qualname__', str(kind).replace('typing.', ''))",
            "    return f\"{name}[{', '.join(items)}]\" if items else name",
            "",
            "",
            f"found = spelled(inspect.signature({site.expression}).return_annotation)",
            f"assert found == {before!r}, found",
        ),
    )


def _member_removed(case: Case) -> Iterator[Draft]:
    from_base = {case.label(use.provider) for use in case.usage.subclasses}
    for lost in lost_members(case):
        if case.label(lost.subject) in from_base:
            continue  # what a class of the consumer's inherited is `inherited-member-lost`
        name = short(lost.subject)
        verb = "calls" if lost.was.endswith("method") else "reads"
        fate = "is gone" if lost.now is None else f"was {a_(lost.was)} and is {a_(lost.now)} now"
        yield Draft(
            subject=lost.subject,
            path=lost.member,
            message=f"{name}.{lost.member} {fate}; {case.candidate.consumer.name} {verb} it "
            f"at {where(lost.places)}",
            hint=f"Keep {lost.member} as it was, if only as an alias.",
            loci=(Locus(case.label(lost.subject), lost.member),),
            contract=contract_of(case, case.label(lost.subject)),
            location=min(lost.places),
            programs=(lost.program,),
            cause=_call_of(lost.member, lost.places),
        )


_CONNECT = """
def connect(url, timeout=5):
    return url, timeout
"""
_CALLER = """
from provider import connect

def start():
    return connect(url="memory://")
"""
_BUS = """
class Bus:
    def __init__(self, name="main"):
        self.name = name

    def publish(self, stream, value, *, key=None):
        return stream, value, key

    @property
    def depth(self):
        return 0
"""
_BUS_USER = """
from provider import Bus

def send(bus: Bus):
    bus.publish("events", 1, key="a")
    return bus.depth

def make():
    return Bus("other")
"""
_ASKS = """
from provider import Bus

def send(bus: Bus):
    if hasattr(bus, "send"):
        return bus.send("events", 1)
    return bus.publish("events", 1)
"""
_COUNTED = """
from dataclasses import dataclass

@dataclass
class Event:
    n: int = 0
"""
_TEAM = """
from collections.abc import Iterator

class User:
    def __init__(self):
        self.name = "a"

    def pop(self):
        return self

class Team:
    def __iter__(self) -> Iterator[User]:
        yield User()

    def users(self) -> list[User]:
        return [User()]

    @property
    def by_name(self) -> dict[str, User]:
        return {"a": User()}
"""
_TEAM_USER = "from provider import Team\n\ndef use(team: Team):\n"
_TAGGED = """
from dataclasses import dataclass, field

def first():
    return ["a"]

def id():
    return object()

@dataclass
class Tagged:
    size: int = 1
    tags: list[str] = field(default_factory=first)
    key: object = field(default_factory=id)
"""
_BUS_HEIR = """
class Bus:
    def __init__(self, **options):
        self.options = options

class LocalBus(Bus):
    def __init__(self, other=0):
        self.options = {}

def create() -> LocalBus:
    return LocalBus()
"""
_QUIET = """
from provider import Bus

class Quiet(Bus):
    def __init__(self, level=0, **kwargs):
        super().__init__(**kwargs)
        self.level = level

class Silent(Quiet):
    def __init__(self, *args, **kwargs):
        kwargs.setdefault("level", 1)
        super().__init__(*args, **kwargs)

def make(**kwargs):
    return Bus(**kwargs)

def use():
    return {0}
"""
_PART = "from pydantic import BaseModel\n\nclass Part(BaseModel):\n    KIND: str = 'a'\n"
_STATE = """
from enum import Enum

class State(Enum):
    on = "on"

    @classmethod
    def parse(cls, text):
        return cls(text)

    @property
    def label(self):
        return self.value.title()
"""
_FACTORY = """
from typing import Protocol

class Bus(Protocol):
    def publish(self, stream, value): ...

class MemoryBus:
    def publish(self, stream, value):
        return stream

def create() -> "MemoryBus":
    return MemoryBus()
"""
_FACTORY_USER = """
from provider import Bus, create

class Service:
    def __init__(self):
        self.bus: Bus = create()

    def send(self):
        return self.bus.publish("events", value=1)
"""
_FETCH = """
async def fetch(name):
    return name
"""
_FETCHER = """
from provider import fetch

async def load():
    return await fetch("a")
"""
_CLIENT = """
class Client:
    async def fetch(self, name):
        return name
"""
_COUNT = """
def count() -> int:
    return 1
"""
_COUNTER = """
from provider import count

def total():
    return count() + 1
"""
_TAG = "from pydantic import BaseModel\n\nclass Tag(BaseModel):\n    name: str\n"
_DUMPS = """
    def model_dump(self, {}):
        return super().model_dump({})
"""
_DUMPED = """
from provider import Tag

def dump(tag: Tag):
    return tag.model_dump(mode="json")
"""
_CODED = """
    def __init__(self, code, text):
        super().__init__(text)
        self.code = code
"""
_JOINED = """
    def __new__(cls, first, second):
        return super().__new__(cls, first + second)
"""
_EVENT = """
from pydantic import BaseModel

class Event(BaseModel):
    size: int

    def __init__(self, size, **data):
        super().__init__(size=size, **data)
"""
_EVENT_USER = """
from provider import Event

def make():
    return Event(size=1)
"""

_MOVE = """
from dataclasses import dataclass

def move(source, target, count=1):
    return source, target, count

@dataclass
class Point:
    x: int
    y: int = 0
    z: int = 0
"""
_MOVER = """
from provider import move

def run():
    return move("a", "b")
"""
_PLOTTER = """
from provider import Point

def plot():
    return Point(1, 2)
"""

RULES = (
    Rule(
        id="positional-argument-moved",
        family="calls",
        summary="An argument that the consumer passes by position lands in another parameter",
        severity=Severity.BREAK,
        directions=_SOURCE,
        witness="code",
        doc="""
## What it means
The consumer passes arguments by position, and the parameter that had that position is now at
another one. This counts for functions, methods and constructors, also for those that a dataclass or
a NamedTuple makes of its fields. A parameter that only has another name is no such case, nor are
two whose names are swapped in the function's code as well.

## Why it breaks
The call still binds, so there is no error: the value goes to another parameter.

## Example
`def move(source, target)` becomes `def move(target, source)`, and the consumer says
`move("a", "b")`.

## What to do
Keep the order; add new parameters and fields at the end, or let them be given by keyword only.
""",
        examples=(
            Example(
                title="two parameters swapped",
                old=_MOVE,
                new=_MOVE.replace("move(source, target", "move(target, source"),
                consumer=_MOVER,
            ),
            Example(
                title="a field with a default comes in between",
                old=_MOVE,
                new=_MOVE.replace("    y: int = 0\n", "    w: int = 0\n    y: int = 0\n"),
                consumer=_PLOTTER,
            ),
            Example(
                title="a parameter has another name",
                old=_MOVE,
                new=_MOVE.replace("move(source, target", "move(origin, target").replace(
                    "return source", "return origin"
                ),
                consumer=_MOVER,
                breaks=False,
            ),
            Example(
                title="the names of two parameters swapped, and each does what it did there",
                old=_MOVE,
                new=_MOVE.replace("move(source, target", "move(target, source").replace(
                    "return source, target", "return target, source"
                ),
                consumer=_MOVER,
                breaks=False,
            ),
            Example(
                title="two parameters swapped that are only handed on",
                old="def move(source, target):\n    return _move(source, target)\n\n"
                "def _move(source, target):\n    return source + target[:1]\n",
                new="def move(target, source):\n    return _move(target, source)\n\n"
                "def _move(target, source):\n    return source + target[:1]\n",
                consumer=_MOVER,
            ),
            Example(
                title="fields swapped that the consumer does not pass",
                old=_MOVE,
                new=_MOVE.replace(
                    "    y: int = 0\n    z: int = 0\n", "    z: int = 0\n    y: int = 0\n"
                ),
                consumer=_PLOTTER.replace("Point(1, 2)", "Point(1, y=2)"),
                breaks=False,
            ),
            Example(
                title="what stands behind a star",
                old=_MOVE,
                new=_MOVE.replace("move(source, target", "move(target, source"),
                consumer=_MOVER.replace('"a", "b"', '*"a", "b"'),
                breaks=False,
            ),
            Example(
                title="a parameter is added at the end",
                old=_MOVE,
                new=_MOVE.replace("count=1)", "count=1, force=False)"),
                consumer=_MOVER,
                breaks=False,
            ),
        ),
        check=_positional_moved,
        rank=13,
    ),
    Rule(
        id="constructor-changed",
        family="calls",
        summary="The consumer's construction of a class no longer binds",
        severity=Severity.BREAK,
        directions=_SOURCE,
        witness="code",
        doc="""
## What it means
The consumer makes an instance of a class (or calls its `__init__` from a subclass), and the
constructor does not take those arguments any more. What its own classes and functions hand on by
`**kwargs` counts at the line that gives it to them. For a model this is about an `__init__` of its
own; what its fields demand has rules of its own.

## Why it breaks
`TypeError` at the consumer's line.

## Example
`def __init__(self, name)` becomes `def __init__(self, name, /)`, and the consumer says
`Bus(name="main")`.

## What to do
Take the old arguments too, or offer the new form as a class method.
""",
        examples=(
            Example(
                title="the first argument by position only",
                old=_BUS,
                new=_BUS.replace('name="main"', 'name="main", /'),
                consumer=_BUS_USER.replace('Bus("other")', 'Bus(name="other")'),
            ),
            *(
                Example(
                    title=f"a parameter is renamed, and {who} hands it on",
                    old=_BUS,
                    new=_BUS.replace('name="main"', 'title="main"').replace("= name", "= title"),
                    consumer=_QUIET.format(call),
                )
                for who, call in (
                    ("the constructor of a subclass", 'Quiet(name="other")'),
                    ("those of two subclasses", 'Silent(level=2, name="other")'),
                    ("a function", 'make(name="other")'),
                )
            ),
            Example(
                title="a parameter is renamed that a subclass takes itself",
                old=_BUS.replace("name=", "level=0, name="),
                new=_BUS,
                consumer=_QUIET.format('Silent(level=2, name="other")'),
                breaks=False,
            ),
            Example(
                title="a parameter is renamed of another class than super() leads to",
                old=_BUS_HEIR,
                new=_BUS_HEIR.replace("other=0", "size=0"),
                consumer="from provider import Bus, create\n\nclass Own(Bus):\n"
                "    def __init__(self):\n        super().__init__(other=1)\n\n"
                "def local():\n    return create()\n",
                breaks=False,
            ),
            Example(
                title="a required argument of a class is new",
                old=_BUS,
                new=_BUS.replace('name="main"', "name, size"),
                consumer=_BUS_USER,
            ),
            Example(
                title="a parameter of a model's own constructor is renamed",
                old=_EVENT,
                new=_EVENT.replace("self, size", "self, count").replace("=size", "=count"),
                consumer=_EVENT_USER,
            ),
            *(
                Example(
                    title=f"a class that derives from {base} gets a constructor of its own",
                    old=f"class Own({base}):\n    pass\n",
                    new=f"class Own({base}):\n{constructor}",
                    consumer=f"from provider import Own\n\n{consumer}",
                )
                for base, constructor, consumer in (
                    ("Exception", _CODED, "def fail():\n    raise Own('no x')\n"),
                    ("ValueError", _CODED, "def fail():\n    raise Own\n"),
                    ("dict", _CODED, "def make():\n    return Own(a=1)\n"),
                    ("str", _JOINED, "def make():\n    return Own('a')\n"),
                    (
                        "KeyError",
                        _CODED,
                        "class Mine(Own):\n    def __init__(self, m):\n"
                        "        super().__init__(m)\n",
                    ),
                )
            ),
            Example(
                title="an exception loses its constructor, and with it a keyword",
                old=f"class Own(Exception):\n{_CODED}",
                new="class Own(Exception):\n    pass\n",
                consumer="from provider import Own\n\ndef fail():\n    raise Own(1, text='a')\n",
            ),
            Example(
                title="an exception gets a constructor that takes what was given",
                old="class Own(Exception):\n    pass\n",
                new=f"class Own(Exception):\n{_CODED}".replace("code, text", "text='', code=0"),
                consumer="""
                from provider import Own

                class Mine(Own):
                    def __init__(self, m):
                        super().__init__(m)

                def fail(x):
                    if x:
                        raise Own
                    raise Own("no x") from Mine("m")
                """,
                breaks=False,
            ),
            Example(
                title="a parameter that the consumer does not name is renamed",
                old=_BUS,
                new=_BUS.replace('name="main"', 'title="main"').replace("= name", "= title"),
                consumer=_BUS_USER,
                breaks=False,
            ),
        ),
        check=_constructor_changed,
        rank=12,
    ),
    Rule(
        id="call-no-longer-binds",
        family="calls",
        summary="A function or method does not take the consumer's arguments any more",
        severity=Severity.BREAK,
        directions=_SOURCE,
        witness="code",
        doc="""
## What it means
The consumer calls a function or method with arguments that bound with the baseline. With the
candidate a parameter is gone, renamed, new and required, or taken by position only.

## Why it breaks
`TypeError` at the consumer's line, which the finding names.

## Example
`def connect(url)` becomes `def connect(address)`, and the consumer says `connect(url="…")`.

## What to do
Keep the old parameter and let it warn, or give a new one a default.
""",
        examples=(
            Example(
                title="a parameter given by keyword is renamed",
                old=_CONNECT,
                new=_CONNECT.replace("url", "address"),
                consumer=_CALLER,
            ),
            Example(
                title="a parameter is new and required for what a helper without annotation makes",
                old=_BUS,
                new=_BUS.replace("key=None", "key"),
                consumer="from provider import Bus\n\ndef make():\n    bus = Bus()\n"
                '    return bus\n\ndef send():\n    make().publish("events", 1)\n',
            ),
            *(
                Example(
                    title=f"a parameter given by {how} is renamed",
                    old=_CONNECT,
                    new=_CONNECT.replace("timeout", "wait"),
                    consumer=f"from functools import partial\nfrom provider import connect\n\n"
                    f'OPTIONS = {{"timeout": 1}}\n\ndef start():\n    return {call}\n',
                )
                for how, call in (
                    ("a dictionary", 'connect("memory://", **OPTIONS)'),
                    ("partial()", "partial(connect, timeout=1)"),
                )
            ),
            Example(
                title="a parameter is new and required, and partial() leaves it to others",
                old=_CONNECT,
                new=_CONNECT.replace("timeout=5", "timeout"),
                consumer="from functools import partial\nfrom provider import connect\n\n"
                'def start():\n    return partial(connect, "memory://")\n',
                breaks=False,
            ),
            Example(
                title="a parameter is renamed, and the dictionary may have lost it",
                old=_CONNECT,
                new=_CONNECT.replace("timeout", "wait"),
                consumer='from provider import connect\n\nOPTIONS = {"timeout": 1}\n\n'
                "def start():\n    OPTIONS.clear()\n"
                '    return connect("memory://", **OPTIONS)\n',
                breaks=False,
            ),
            Example(
                title="a parameter is new and required",
                old=_CONNECT,
                new=_CONNECT.replace("timeout=5", "timeout"),
                consumer=_CALLER,
            ),
            Example(
                title="a keyword of a method goes",
                old=_BUS,
                new=_BUS.replace(", *, key=None", "").replace(", key\n", "\n"),
                consumer=_BUS_USER,
            ),
            Example(
                title="the class behind a protocol takes other names",
                old=_FACTORY,
                new=_FACTORY.replace(
                    "class MemoryBus:\n    def publish(self, stream, value)",
                    "class MemoryBus:\n    def publish(self, stream, item)",
                ),
                consumer=_FACTORY_USER,
            ),
            Example(
                title="a method of what a function returns takes other names",
                old=_FACTORY,
                new=_FACTORY.replace(
                    "class MemoryBus:\n    def publish(self, stream, value)",
                    "class MemoryBus:\n    def publish(self, stream, item)",
                ),
                consumer="from provider import create\n\ndef send():\n    bus = create()\n"
                '    return bus.publish("events", value=1)\n',
            ),
            Example(
                title="a parameter given by position is renamed",
                old=_CONNECT,
                new=_CONNECT.replace("url", "address"),
                consumer=_CALLER.replace("url=", ""),
                breaks=False,
            ),
            Example(
                title="a model overrides model_dump and takes less",
                old=_TAG,
                new=_TAG + _DUMPS.format("*, by_alias=True", "by_alias=by_alias"),
                consumer=_DUMPED,
            ),
            Example(
                title="a model overrides model_dump and takes as much",
                old=_TAG,
                new=_TAG + _DUMPS.format("**how", "**how"),
                consumer=_DUMPED,
                breaks=False,
            ),
            Example(
                title="an optional parameter is new",
                old=_CONNECT,
                new=_CONNECT.replace("timeout=5", "timeout=5, retries=0"),
                consumer=_CALLER,
                breaks=False,
            ),
        ),
        check=_call_no_longer_binds,
        rank=12,
    ),
    Rule(
        id="sync-async-changed",
        family="calls",
        summary="A function the consumer calls became async, or stopped being so",
        severity=Severity.BREAK,
        directions=_SOURCE,
        witness="code",
        doc="""
## What it means
A function or method that the consumer calls is a coroutine function now and was none, or the
reverse.

## Why it breaks
`await` on a plain result raises `TypeError`; a coroutine that nobody awaits never runs.

## Example
`async def fetch(name)` becomes `def fetch(name)`, and the consumer says `await fetch("a")`.

## What to do
Offer the other form under a new name. A plain function counts as async if it is annotated to
return an awaitable, or returns what a coroutine function gives. Where neither its annotation nor
its code says what it returns, the finding is a warning.
""",
        examples=(
            Example(
                title="a coroutine function becomes a plain one",
                old=_FETCH,
                new=_FETCH.replace("async def", "def"),
                consumer=_FETCHER,
            ),
            Example(
                title="a plain method becomes a coroutine function",
                old=_BUS,
                new=_BUS.replace("def publish", "async def publish"),
                consumer=_BUS_USER,
            ),
            Example(
                title="a coroutine function that is waited for inside",
                old=_FETCH,
                new="import asyncio\n"
                + _FETCH.replace("fetch", "_fetch")
                + "\ndef fetch(name):\n    return asyncio.run(_fetch(name))\n",
                consumer=_FETCHER,
            ),
            Example(
                title="a plain function that hands on a coroutine, without an annotation",
                old=_FETCH,
                new=_FETCH.replace("fetch", "_fetch")
                + "\ndef fetch(name):\n    return _fetch(name)\n",
                consumer=_FETCHER,
                breaks=False,
            ),
            Example(
                title="a plain method that hands on a coroutine",
                old=_CLIENT,
                new=_CLIENT.replace("fetch", "_fetch")
                + "\n    def fetch(self, name):\n        found = self._fetch(name)\n"
                "        return found\n",
                consumer="from provider import Client\n\nasync def load(client: Client):\n"
                '    return await client.fetch("a")\n',
                breaks=False,
            ),
            Example(
                title="a decorator that hands on what it is put around",
                old=_FETCH,
                new="def timed(inner):\n    def outer(*args, **kwargs):\n"
                "        return inner(*args, **kwargs)\n    return outer\n\n@timed" + _FETCH,
                consumer=_FETCHER,
                breaks=False,
            ),
            Example(
                title="a plain function that handed out a future",
                old="import asyncio\n"
                + _FETCH.replace("fetch", "_fetch")
                + "\ndef fetch(name):\n    return asyncio.ensure_future(_fetch(name))\n",
                new=_FETCH,
                consumer=_FETCHER,
                breaks=False,
            ),
            Example(
                title="a plain function that hands out a coroutine",
                old=_FETCH,
                new="from collections.abc import Awaitable\n"
                + _FETCH.replace("fetch", "_fetch")
                + "\ndef fetch(name) -> Awaitable[str]:\n    return _fetch(name)\n",
                consumer=_FETCHER,
                breaks=False,
            ),
        ),
        check=_sync_async_changed,
        rank=13,
    ),
    Rule(
        id="member-removed",
        family="calls",
        summary="An attribute or method that the consumer uses is gone",
        severity=Severity.BREAK,
        directions=_SOURCE,
        witness="code",
        doc="""
## What it means
The consumer reads an attribute or calls a method of a provider's class, and the class does not
have it any more, or has a property in place of a method. That may be an attribute that only its
initializer sets, or a private one. Fields of models have rules of their own.

## Why it breaks
`AttributeError` at the consumer's line, or `TypeError` where a property is called.

## Example
`Bus.publish` becomes `Bus.send`, and the consumer calls `bus.publish(…)`.

## What to do
Keep the old name as an alias (`publish = send`) until its users have moved.
""",
        examples=(
            Example(
                title="a method is renamed",
                old=_BUS,
                new=_BUS.replace("def publish", "def send"),
                consumer=_BUS_USER,
            ),
            Example(
                title="a method is renamed, and the consumer asks which one there is",
                old=_BUS,
                new=_BUS.replace("def publish", "def send"),
                consumer=_ASKS,
                breaks=False,
            ),
            Example(
                title="a method is renamed, and the consumer asks too late",
                old=_BUS,
                new=_BUS.replace("def publish", "def send"),
                consumer=_ASKS.replace("    if", '    bus.publish("events", 0)\n    if'),
            ),
            Example(
                title="a property becomes a method",
                old=_BUS,
                new=_BUS.replace("    @property\n", ""),
                consumer=_BUS_USER,
            ),
            *(
                Example(
                    title=f"what is in a collection loses a name, {how}",
                    old=_TEAM,
                    new=_TEAM.replace("self.name", "self.title"),
                    consumer=f"{_TEAM_USER}    return {line}\n",
                )
                for how, line in (
                    ("in a loop", "[user.name for user in team.users()]"),
                    ("by position", "team.users()[0].name"),
                    ("by key", 'team.by_name["a"].name'),
                    ("among the items", "[user.name for key, user in team.by_name.items()]"),
                    ("in a tuple", "[user.name for number, user in enumerate(team.users())]"),
                    ("in a class that is iterated over", "[user.name for user in team]"),
                )
            ),
            Example(
                title="what is in a collection loses a name that the collection has",
                old=_TEAM,
                new=_TEAM.replace("def pop", "def take"),
                consumer=f"{_TEAM_USER}    return team.users().pop()\n",
                breaks=False,
            ),
            Example(
                title="an enum loses a property of its members",
                old=_STATE,
                new=_STATE.replace("def label", "def title"),
                consumer="from provider import State\n\ndef labels():\n"
                "    return [state.label for state in State]\n\ndef first():\n"
                "    return State.on.label\n",
            ),
            Example(
                title="a field that is read by its key loses its name",
                old=_COUNTED,
                new=_COUNTED.replace("n: int", "m: int"),
                consumer="from dataclasses import asdict\nfrom provider import Event\n\n"
                'def number():\n    return asdict(Event())["n"]\n',
            ),
            Example(
                title="a name in a nested class goes",
                old="class Box:\n    class Limits:\n        most = 1\n        least = 0\n",
                new="class Box:\n    class Limits:\n        top = 1\n        least = 0\n",
                consumer="from provider import Box\n\ndef most():\n    return Box.Limits.most\n",
            ),
            Example(
                title="a nested class goes",
                old="class Box:\n    class Config:\n        most = 1\n",
                new="class Box:\n    class Limits:\n        most = 1\n",
                consumer="from provider import Box\n\ndef most():\n    return Box.Config.most\n",
            ),
            Example(
                title="a name in a nested class goes that nobody reads",
                old="class Box:\n    class Limits:\n        most = 1\n        least = 0\n",
                new="class Box:\n    class Limits:\n        top = 1\n        least = 0\n",
                consumer="from provider import Box\n\ndef least():\n    return Box.Limits.least\n",
                breaks=False,
            ),
            Example(
                title="an enum loses a class method",
                old=_STATE,
                new=_STATE.replace("def parse", "def read"),
                consumer="from provider import State\n\ndef read():\n"
                '    return State.parse("on")\n',
            ),
            Example(
                title="an enum loses a property that nobody reads",
                old=_STATE,
                new=_STATE.replace("def label", "def title"),
                consumer="from provider import State\n\ndef name():\n    return State.on.name\n",
                breaks=False,
            ),
            Example(
                title="an attribute that the initializer sets is renamed",
                old=_BUS,
                new=_BUS.replace("self.name", "self.title"),
                consumer=_BUS_USER.replace("bus.depth", "bus.name"),
            ),
            Example(
                title="a private attribute that the consumer reads goes",
                old=_BUS + "\n    def _flush(self): ...\n",
                new=_BUS,
                consumer=_BUS_USER.replace("bus.depth", "bus._flush()"),
            ),
            Example(
                title="a property becomes an attribute that the initializer sets",
                old=_BUS,
                new=_BUS.replace(
                    "    @property\n    def depth(self):\n        return 0\n", ""
                ).replace("self.name = name", "self.name = name\n        self.depth = 0"),
                consumer=_BUS_USER,
                breaks=False,
            ),
            Example(
                title="a function loses its cache, which the consumer clears",
                old="from functools import lru_cache\n\n@lru_cache\ndef load():\n    return 1\n",
                new="def load():\n    return 1\n",
                consumer="from provider import load\n\ndef reset():\n    load.cache_clear()\n",
            ),
            Example(
                title="a function has another cache",
                old="from functools import lru_cache\n\n@lru_cache\ndef load():\n    return 1\n",
                new="from functools import cache\n\n@cache\ndef load():\n    return 1\n",
                consumer="from provider import load\n\ndef reset():\n    load.cache_clear()\n"
                "    return load.__name__\n",
                breaks=False,
            ),
            *(
                Example(
                    title=f"a class variable that is read on the class becomes {what}",
                    old=old,
                    new=new,
                    consumer="from provider import Part\n\ndef kind():\n    return Part.KIND\n",
                )
                for what, old, new in (
                    ("a field", "class Part:\n    KIND: str = 'a'\n", _PART),
                    (
                        "an attribute of its instances",
                        "class Part:\n    KIND = 'a'\n",
                        "class Part:\n    def __init__(self):\n        self.KIND = 'a'\n",
                    ),
                )
            ),
            Example(
                title="a class variable that is read on an instance becomes a field",
                old="class Part:\n    KIND: str = 'a'\n",
                new=_PART,
                consumer="from provider import Part\n\ndef kind(part: Part):\n"
                "    return part.KIND\n",
                breaks=False,
            ),
            Example(
                title="an attribute is set by a base class",
                old=_BUS,
                new=_BUS.replace(
                    "class Bus:",
                    "class Named:\n    def __init__(self, name):\n        self.name = name\n\n"
                    "class Bus(Named):",
                ).replace(
                    "self.name = name\n\n    def publish",
                    "super().__init__(name)\n\n    def publish",
                ),
                consumer=_BUS_USER.replace("bus.depth", "bus.name"),
                breaks=False,
            ),
            Example(
                title="attributes by names that are not written in the code",
                old=_BUS,
                new=_BUS.replace("self.name = name", "self.__dict__.update({'na' + 'me': name})"),
                consumer=_BUS_USER.replace("bus.depth", "bus.name"),
                breaks=False,
            ),
            Example(
                title="a method is renamed and an alias is left",
                old=_BUS,
                new=_BUS.replace("def publish", "def send") + "\n    publish = send\n",
                consumer=_BUS_USER,
                breaks=False,
            ),
            Example(
                title="a method that the consumer does not call goes",
                old=_BUS + "\n    def close(self): ...\n",
                new=_BUS,
                consumer=_BUS_USER,
                breaks=False,
            ),
        ),
        check=_member_removed,
        rank=45,
    ),
    Rule(
        id="parameter-default-changed",
        family="calls",
        summary="A default that the consumer relies on is another one",
        severity=Severity.WARNING,
        directions=_SOURCE,
        witness="code",
        doc="""
## What it means
The consumer leaves a parameter out, and its default is another value with the candidate.

## Why it breaks
Nothing fails; the same line does something else.

## Example
`def connect(url, timeout=5)` becomes `timeout=60`, and the consumer says `connect(url)`.

## What to do
Pass the parameter where the old value is meant.
""",
        examples=(
            Example(
                title="another timeout",
                old=_CONNECT,
                new=_CONNECT.replace("timeout=5", "timeout=60"),
                consumer=_CALLER,
            ),
            *(
                Example(
                    title=what,
                    old=_TAGGED,
                    new=_TAGGED.replace(old, new),
                    consumer="from provider import Tagged\n\ndef make():\n    return Tagged()\n",
                )
                for what, old, new in (
                    ("another default of a dataclass", "= 1", "= 2"),
                    ("a factory that makes another value", '["a"]', '["b"]'),
                    ("another factory", "factory=first", "factory=list"),
                )
            ),
            *(
                Example(
                    title=what,
                    old=_TAGGED,
                    new=_TAGGED.replace(old, new),
                    consumer="from provider import Tagged\n\ndef make():\n    return Tagged()\n",
                    breaks=False,
                )
                for what, old, new in (
                    (
                        "another factory that makes the same",
                        "factory=first",
                        'factory=lambda: ["a"]',
                    ),
                    ("a factory that makes something new each time", "id)", "lambda: object())"),
                )
            ),
            Example(
                title="a default that the consumer never relies on",
                old=_CONNECT,
                new=_CONNECT.replace("timeout=5", "timeout=60"),
                consumer=_CALLER.replace('"memory://"', '"memory://", timeout=1'),
                breaks=False,
            ),
        ),
        check=_parameter_default_changed,
        rank=48,
    ),
    Rule(
        id="return-changed",
        family="calls",
        summary="A function the consumer calls is declared to return something else",
        severity=Severity.WARNING,
        directions=_SOURCE,
        witness="code",
        doc="""
## What it means
The return annotation of a function or method that the consumer calls says something else, and not
merely something narrower or the same in other words.

## Why it breaks
Perhaps nothing breaks: an annotation is a statement of intent. Where the result really differs, the
consumer's next line meets it.

## Example
`def count() -> int` becomes `def count() -> str`.

## What to do
Look at what the consumer does with the result.
""",
        examples=(
            Example(
                title="a number becomes a text",
                old=_COUNT,
                new=_COUNT.replace("int", "str").replace("return 1", 'return "1"'),
                consumer=_COUNTER,
            ),
            *(
                Example(
                    title=title,
                    old=_COUNT.replace("int", old),
                    new=_COUNT.replace("int", new),
                    consumer=_COUNTER,
                    breaks=breaks,
                )
                for title, old, new, breaks in (
                    ("a list becomes a dictionary", "list[int]", "dict[str, int]", True),
                    ("a list holds something else", "list[int] | None", "list[str] | None", True),
                    (
                        "a list becomes something to iterate over",
                        "list[int]",
                        "'Iterable[int]'",
                        True,
                    ),
                    (
                        "something to iterate over becomes a list",
                        "'Iterable[int]'",
                        "list[int]",
                        False,
                    ),
                    (
                        "a function that is handed out takes something else",
                        "'Callable[[int], int]'",
                        "'Callable[[str], int]'",
                        False,
                    ),
                    ("a dictionary holds less", "dict[str, int | None]", "dict[str, int]", False),
                )
            ),
            Example(
                title="an annotation is spelled in another way",
                old="from typing import Optional\n" + _COUNT.replace("int", "Optional[int]"),
                new=_COUNT.replace("int", "int | None"),
                consumer=_COUNTER,
                breaks=False,
            ),
            Example(
                title="a literal has another value",
                old=f"from typing import Literal\n{_COUNT.replace('int', 'Literal[1, 2]')}",
                new=f"from typing import Literal\n{_COUNT.replace('int', 'Literal[1, 3]')}",
                consumer=_COUNTER,
            ),
            Example(
                title="a literal has fewer values",
                old=f"from typing import Literal\n{_COUNT.replace('int', 'Literal[1, 2]')}",
                new=f"from typing import Literal\n{_COUNT.replace('int', 'Literal[2]')}",
                consumer=_COUNTER,
                breaks=False,
            ),
            Example(
                title="None is no longer returned",
                old=_COUNT.replace("int", "int | None"),
                new=_COUNT,
                consumer=_COUNTER,
                breaks=False,
            ),
        ),
        check=_return_changed,
        rank=48,
    ),
)
