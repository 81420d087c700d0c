"""Calls that the provider no longer takes as the consumer makes them."""

from __future__ import annotations

from collections.abc import Iterator

from contract_check.model.observation import Signature
from contract_check.model.report import Severity
from contract_check.rules.calls import undescribed
from contract_check.rules.calls.common import BUS, BUS_USER, CALLER, CONNECT, SOURCE, call_of
from contract_check.rules.calls.fallbacks import without_fallbacks
from contract_check.rules.case import Case
from contract_check.rules.handed import options_lost
from contract_check.rules.interface import Draft, Example, Locus, Program, Rule
from contract_check.rules.uses import (
    Site,
    binding,
    contract_of,
    misfit,
    sites,
    where,
)
from contract_check.rules.witnesses import import_of, statement


def _unbound(case: Case, *, constructs: bool) -> Iterator[Draft]:
    """Call sites that bound with the baseline and don't with the candidate, by what they call."""
    failing: dict[Locus, list[tuple[Site, str]]] = {}
    for site in without_fallbacks(sites(case), case.usage.tries):
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
            cause=call_of(site.member, (item.use.place for item, _ in found)),
        )


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
    yield from _unbound(case, constructs=False)
    yield from options_lost(case)
    yield from undescribed.calls(case)


def _constructor_changed(case: Case) -> Iterator[Draft]:
    return _unbound(case, constructs=True)


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
_LOADER = """
def parse(text, *, trim=True, blank=True):
    return text

class Loader:
    def __init__(self, options=None):
        self.options = options or {}

    def load(self, text):
        return parse(text, **self.options)
"""
_LOADS = """
from provider import Loader

OPTIONS = {{"plain": {{"blank": True}}}}

def run(text, kind="plain"):
    return Loader(options={}).load(text)
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
        directions=SOURCE,
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
        directions=SOURCE,
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
                old=BUS,
                new=BUS.replace('name="main"', 'name="main", /'),
                consumer=BUS_USER.replace('Bus("other")', 'Bus(name="other")'),
            ),
            *(
                Example(
                    title=f"a parameter is renamed, and {who} hands it on",
                    old=BUS,
                    new=BUS.replace('name="main"', 'title="main"').replace("= name", "= title"),
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
                old=BUS.replace("name=", "level=0, name="),
                new=BUS,
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
                old=BUS,
                new=BUS.replace('name="main"', "name, size"),
                consumer=BUS_USER,
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
                old=BUS,
                new=BUS.replace('name="main"', 'title="main"').replace("= name", "= title"),
                consumer=BUS_USER,
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
        directions=SOURCE,
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
            *(
                Example(
                    title=f"a parameter is gone that is given in {what}",
                    old=_LOADER,
                    new=_LOADER.replace(", blank=True", ""),
                    consumer=_LOADS.format(given),
                )
                for what, given in (
                    ("a dictionary of options", '{"blank": True}'),
                    ("a dictionary that is looked up", "OPTIONS.get(kind, {})"),
                )
            ),
            *(
                Example(
                    title=title,
                    old=_LOADER,
                    new=_LOADER.replace(", blank=True", more),
                    consumer=_LOADS.format(given),
                    breaks=False,
                )
                for title, more, given in (
                    ("a parameter is gone that no option names", "", '{"trim": True}'),
                    ("options that any name may have", ", **rest", '{"blank": True}'),
                )
            ),
            Example(
                title="a parameter given by keyword is renamed",
                old=CONNECT,
                new=CONNECT.replace("url", "address"),
                consumer=CALLER,
            ),
            Example(
                title="a parameter is new and required for what a helper without annotation makes",
                old=BUS,
                new=BUS.replace("key=None", "key"),
                consumer="from provider import Bus\n\ndef make():\n    bus = Bus()\n"
                '    return bus\n\ndef send():\n    make().publish("events", 1)\n',
            ),
            *(
                Example(
                    title=f"a parameter given by {how} is renamed",
                    old=CONNECT,
                    new=CONNECT.replace("timeout", "wait"),
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
                old=CONNECT,
                new=CONNECT.replace("timeout=5", "timeout"),
                consumer="from functools import partial\nfrom provider import connect\n\n"
                'def start():\n    return partial(connect, "memory://")\n',
                breaks=False,
            ),
            Example(
                title="a parameter is renamed, and the dictionary may have lost it",
                old=CONNECT,
                new=CONNECT.replace("timeout", "wait"),
                consumer='from provider import connect\n\nOPTIONS = {"timeout": 1}\n\n'
                "def start():\n    OPTIONS.clear()\n"
                '    return connect("memory://", **OPTIONS)\n',
                breaks=False,
            ),
            Example(
                title="a parameter is new and required",
                old=CONNECT,
                new=CONNECT.replace("timeout=5", "timeout"),
                consumer=CALLER,
            ),
            Example(
                title="a keyword of a method goes",
                old=BUS,
                new=BUS.replace(", *, key=None", "").replace(", key\n", "\n"),
                consumer=BUS_USER,
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
                old=CONNECT,
                new=CONNECT.replace("url", "address"),
                consumer=CALLER.replace("url=", ""),
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
                old=CONNECT,
                new=CONNECT.replace("timeout=5", "timeout=5, retries=0"),
                consumer=CALLER,
                breaks=False,
            ),
        ),
        check=_call_no_longer_binds,
        rank=12,
    ),
)
