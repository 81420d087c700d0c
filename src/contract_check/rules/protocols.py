"""Protocols: do the consumer's implementations still conform to what the provider asks for?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from contract_check.model.code import OwnCall
from contract_check.model.observation import Observation, Parameter, Signature, Symbol
from contract_check.model.report import Direction, Severity
from contract_check.model.usage import CallUse, Place
from contract_check.rules.annotations import taken_by_callable
from contract_check.rules.case import Case, short
from contract_check.rules.handed import (
    callbacks_called,
    called_program,
    implementation_called,
    members_missing,
    objects_called,
)
from contract_check.rules.interface import Draft, Example, Locus, Program, Rule
from contract_check.rules.provider_calls import NewCall, instances_of, used_now, written
from contract_check.rules.subclassing import instantiations
from contract_check.rules.uses import (
    Clash,
    Site,
    call_targets,
    contract_of,
    override_program,
    sites,
    where,
    worse_override,
)
from contract_check.rules.witnesses import import_of, statement

_SOURCE = (Direction.SOURCE,)


@dataclass(frozen=True)
class Implementation:
    """A class of the consumer's that implements a protocol of the provider's.

    Args:
        protocol: `module:Name` as the consumer spells it.
        before: the protocol with the baseline.
        now: what it is with the candidate.
        own: the consumer's class, `module:qualname`.
        old_own: the class with the baseline.
        new_own: the class with the candidate.
        derives: it names the protocol among its bases.
        place: of its class statement, or where its module imports the protocol.
    """

    protocol: str
    before: Symbol
    now: Symbol
    own: str
    old_own: Symbol
    new_own: Symbol
    derives: bool
    place: Place | None


def implementations(case: Case) -> Iterator[Implementation]:
    """The consumer's classes that implement a protocol it knows of.

    One that does not derive from the protocol counts if it has all the members, and its module
    imports the protocol or an instance is given to a function that takes the protocol.
    """
    if case.baseline is None:
        return
    done: set[tuple[str, str]] = set()
    for ref, own, derives, place in _candidates(case):
        before, now = case.baseline.symbol(ref), case.candidate.symbol(ref)
        old_own, new_own = case.baseline.symbol(own), case.candidate.symbol(own)
        if before is None or now is None or old_own is None or new_own is None:
            continue
        if before.kind != "protocol" or now.kind not in ("protocol", "class"):
            continue
        if "missing" in (old_own.kind, new_own.kind) or (case.label(ref), own) in done:
            continue
        done.add((case.label(ref), own))
        yield Implementation(ref, before, now, own, old_own, new_own, derives, place)


def _candidates(case: Case) -> Iterator[tuple[str, str, bool, Place | None]]:
    """(protocol, class, whether it derives, where)."""
    for subclass in case.usage.subclasses:
        yield subclass.provider, subclass.consumer, True, subclass.place
    assert case.baseline is not None
    for use in case.usage.imports:
        ref = f"{use.module}:{use.name}"
        symbol = case.baseline.symbol(ref)
        for own in symbol.implementers if symbol is not None else ():
            if own.partition(":")[0] == use.importer and case.is_consumer(own):
                yield ref, own, False, use.place
    for call in case.usage.calls:
        for ref in _taken_types(case, case.baseline, call) if call.own else ():
            protocol = case.baseline.symbol(ref)
            known = protocol.implementers if protocol is not None else ()
            for own in call.own:
                if own in known:
                    yield ref, own, False, call.place
    for ref, own, place in case.reading.given:
        yield ref, own, False, place


def _taken_types(case: Case, observation: Observation, call: CallUse) -> Iterator[str]:
    """The classes that the parameters of a function, constructor or method are annotated with."""
    for subject, member in call_targets(case, call.target):
        symbol = observation.symbol(subject)
        if symbol is None:
            continue
        method = symbol.members.get(member or "__init__")
        signature = symbol.signature or (method.signature if method is not None else None)
        for parameter in (signature.parameters or ()) if signature is not None else ():
            yield from parameter.types


def _draft(
    case: Case,
    item: Implementation,
    path: str,
    message: str,
    hint: str,
    programs: tuple[Program, ...],
    severity: Severity | None = None,
) -> Draft:
    return Draft(
        subject=item.protocol,
        path=path,
        message=message,
        hint=hint,
        loci=(Locus(case.label(item.protocol), path), Locus(case.label(item.own), path)),
        contract=contract_of(case, case.label(item.protocol), case.label(item.own)),
        check="members",
        location=item.place,
        programs=programs,
        severity=severity,
    )


def _member_added(case: Case) -> Iterator[Draft]:
    for item in implementations(case):
        for name in item.now.protocol_members:
            if name in item.before.protocol_members or _has_own(item, name):
                continue
            if item.derives and name not in item.new_own.abstract:
                continue  # it inherits the body
            protocol, own = short(item.protocol), short(item.own)
            more = instantiations(item.own) if item.new_own.abstract else ()
            slots = instances_of(case, item.protocol)
            call = used_now(case, slots, name)
            used = f"; {short(call.function)} ({call.place.file}:{call.place.line})" if call else ""
            yield _draft(
                case,
                item,
                name,
                f"{protocol} now asks for {name}, which {own} does not have"
                f"{used + ' uses it' if used else ''}",
                f"Implement {name} in {own}, or stay below this version of "
                f"{case.candidate.provider.name}.",
                (_offers(item, name), *more),
                None if _misses(item, name, call) else Severity.WARNING,
            )
    yield from members_missing(case)


def _misses(item: Implementation, name: str, call: OwnCall | None) -> bool:
    """Whether a lack shows: in a use, in isinstance, or as no instance can be made."""
    return name in item.new_own.abstract or call is not None or bool(item.now.runtime_checkable)


def _has_own(item: Implementation, name: str) -> bool:
    """Whether the class has a member that does something: not the protocol's own stub."""
    found = item.new_own.members.get(name)
    asked = item.now.members.get(name)
    if found is None:
        return False
    if asked is None or found.owner != asked.owner:
        return True
    return not asked.stub and name not in item.new_own.abstract


def _offers(item: Implementation, name: str) -> Program:
    return statement(
        import_of(item.protocol, "Asked"),
        import_of(item.own, "Own"),
        "",
        f"declared = {name!r} in getattr(Asked, '__annotations__', {{}})",
        f"if declared or hasattr(Asked, {name!r}):",
        f"    found = getattr(Own, {name!r}, None)",
        f'    assert found is not None, "{short(item.own)} has no {name}"',
        f"    assert found is not getattr(Asked, {name!r}, None), "
        f'"{short(item.own)} has no {name} of its own"',
    )


def _signature_changed(case: Case) -> Iterator[Draft]:
    for item in implementations(case):
        if item.now.kind != "protocol":
            continue
        for name in item.before.protocol_members:
            found = worse_override(item.now, item.new_own, item.before, item.old_own, name)
            called = implementation_called(case, item.protocol, item.new_own, name, found)
            if found is None and called is None:
                continue
            protocol, own = short(item.protocol), short(item.own)
            changed = f"{protocol}.{name} has a new signature; " if found is not None else ""
            says = _calls_it(called, name) if called is not None else changed
            programs = [called_program(item.own, name, item.new_own, called)] if called else []
            if found is not None:
                programs.append(override_program(item.protocol, item.own, name, found.how))
            yield _draft(
                case,
                item,
                name,
                f"{says}{own}.{name} {_reason(found, called)}",
                f"Let {own}.{name} take what it is given, or stay below this version of "
                f"{case.candidate.provider.name}.",
                tuple(programs),
                _worth(case, found, called),
            )
    yield from objects_called(case)


def _calls_it(called: NewCall, name: str) -> str:
    return f"{called.where} calls {name} with {written(called.call)} now, and "


def _reason(found: Clash | None, called: NewCall | None) -> str:
    clash = called if called is not None else found
    return clash.reason if clash is not None else ""


def _worth(case: Case, found: Clash | None, called: NewCall | None) -> Severity | None:
    """A break where the provider's own code makes the call; where that can't be read, by the
    signatures alone."""
    if called is not None:
        return None if called.sure else Severity.WARNING
    known = bool(case.code.functions) or found is None
    return Severity.WARNING if known or found is None else found.severity


def _not_checkable(case: Case) -> Iterator[Draft]:
    if case.baseline is None:
        return
    seen: set[str] = set()
    for use in case.usage.names:
        before, now = case.baseline.symbol(use.ref), case.candidate.symbol(use.ref)
        if use.how != "isinstance" or before is None or now is None or case.label(use.ref) in seen:
            continue
        if now.kind != "protocol" or not before.runtime_checkable or now.runtime_checkable:
            continue
        seen.add(case.label(use.ref))
        name = short(use.ref)
        yield Draft(
            subject=use.ref,
            message=f"{name} is no longer @runtime_checkable, and "
            f"{case.candidate.consumer.name} uses it with isinstance at {where([use.place])}",
            hint=f"Keep @runtime_checkable on {name}.",
            loci=(Locus(case.label(use.ref)),),
            contract=contract_of(case, case.label(use.ref)),
            check="members",
            location=use.place,
            programs=(
                statement(import_of(use.ref, "Subject"), "", "isinstance(object(), Subject)"),
            ),
        )


def _became_abstract(case: Case) -> Iterator[Draft]:
    seen: set[str] = set()
    for item in implementations(case):
        if case.label(item.protocol) in seen:
            continue
        protocol, own = short(item.protocol), short(item.own)
        if item.now.kind == "class" and not item.derives:
            fate = f"{protocol} is a class now and no protocol: {own}, which has its members but "
            fate += "does not derive from it, no longer conforms"
            programs: tuple[Program, ...] = (_still_conforms(item), _is_protocol(item))
        elif item.derives and item.new_own.abstract and not item.old_own.abstract:
            if not set(item.new_own.abstract) <= set(item.before.protocol_members):
                continue  # that it asks for more is `protocol-member-added`
            names = ", ".join(item.new_own.abstract)
            fate = f"{names} of {protocol} became abstract: {own}, which took it over, can't be "
            fate += "instantiated any more"
            programs = instantiations(item.own)
        else:
            continue
        seen.add(case.label(item.protocol))
        yield Draft(
            subject=item.protocol,
            message=fate,
            hint=f"Keep {protocol} a protocol, with its default implementations.",
            loci=(Locus(case.label(item.protocol)), Locus(case.label(item.own))),
            contract=contract_of(case, case.label(item.protocol), case.label(item.own)),
            check="members",
            location=item.place,
            programs=programs,
        )


def _still_conforms(item: Implementation) -> Program:
    return statement(
        import_of(item.protocol, "Asked"),
        import_of(item.own, "Own"),
        "",
        "assert issubclass(Own, Asked), Own",
    )


def _is_protocol(item: Implementation) -> Program:
    return statement(
        import_of(item.protocol, "Asked"),
        "",
        "assert getattr(Asked, '_is_protocol', False), Asked",
    )


def _callback_changed(case: Case) -> Iterator[Draft]:
    """Functions of the consumer's that are called with more or fewer arguments now."""
    seen: set[tuple[Locus, str]] = set()
    called: set[tuple[str, Place | None]] = set()
    for draft in callbacks_called(case):
        called.add((draft.subject, draft.location))
        yield draft
    for site in sites(case):
        for key, own, bound in site.use.passed:
            before, now = _parameter(site, site.before, key), _parameter(site, site.now, key)
            if before is None or now is None:
                continue
            old, new = (taken_by_callable(item.annotation or "") for item in (before, now))
            path = ".".join(filter(None, (site.member, now.name)))
            locus = Locus(case.label(site.subject), path)
            if old is None or new is None or old == new or (locus, own) in seen:
                continue
            if (site.subject, site.use.place) in called:
                continue
            seen.add((locus, own))
            yield Draft(
                subject=site.subject,
                path=path,
                message=f"{site.name} calls what it is given as {now.name} with {new} arguments "
                f"now, and with {old} before; {case.candidate.consumer.name} gives it "
                f"{_called(own)} at {where([site.use.place])}",
                hint=f"Let {_called(own)} take both, or keep the old call in {site.name}.",
                loci=(locus,),
                contract=contract_of(case, case.label(site.subject)),
                location=site.use.place,
                programs=(_callback_program(site, now.name, own, bound),),
            )


def _parameter(site: Site, signature: Signature, key: str) -> Parameter | None:
    """The parameter that takes an argument, by position or by name."""
    parameters = signature.parameters or ()
    if not key.isdigit():
        return next((item for item in parameters if item.name == key), None)
    place = int(key) + site.given.positional - site.use.positional
    found = parameters[place] if place < len(parameters) else None
    return found if found is not None and found.kind.startswith("positional") else None


def _called(own: str) -> str:
    return "a function of its own" if own.startswith("lambda ") else short(own)


def _callback_program(site: Site, parameter: str, own: str, bound: bool) -> Program:
    receiver = "None, " if bound else ""
    return statement(
        "import ast, inspect",
        import_of(site.subject, "Subject"),
        f"given = {own}" if own.startswith("lambda ") else import_of(own, "given"),
        "",
        f"found = inspect.signature({site.expression}).parameters[{parameter!r}].annotation",
        "text = found if isinstance(found, str) else inspect.formatannotation(found)",
        "taken = [",
        "    node.slice.elts[0].elts",
        "    for node in ast.walk(ast.parse(text))",
        "    if isinstance(node, ast.Subscript)",
        "    and ast.unparse(node.value).rpartition('.')[2] == 'Callable'",
        "]",
        f"inspect.signature(given).bind({receiver}*taken[0])",
    )


_SINK = """
from typing import Protocol, runtime_checkable

@runtime_checkable
class Sink(Protocol):
    def write(self, item): ...

    def close(self):
        return None

def drain(sink: Sink):
    sink.write(1)
"""
_PUMP = f"""{_SINK}
class Pump:
    def __init__(self, sink: Sink | None = None):
        self.sinks = [sink]

    def attach(self, sink: Sink):
        self.sinks.append(sink)

    def add(self, item):
        self.sinks.append(item)
"""
_RUNS = """
    async def run(self):
        {}
"""
_CALLS_BACK = """
from collections.abc import Callable

def on(handler: Callable[[int], None]):
    print(handler)

class Bus:
    def __init__(self, handler: Callable[[int], None] | None = None):
        self.handlers = [handler]

    def subscribe(self, stream, handler: Callable[[int], None]):
        self.handlers.append(handler)
"""
_HANDLES = """
from provider import Bus, on

def show(item):
    print(item)

def start():
    {}
"""
_OWN_SINK = """
from provider import Sink, drain

class Memory:
    def __init__(self):
        self.items = []

    def write(self, item):
        self.items.append(item)

    def close(self):
        self.items.clear()

def run():
    drain(Memory())
"""
_DERIVED_SINK = """
from provider import Sink

class Memory(Sink):
    def write(self, item):
        print(item)
"""
_ASKS = """
from provider import Sink

def is_sink(item):
    return isinstance(item, Sink)
"""

RULES = (
    Rule(
        id="protocol-member-added",
        family="protocols",
        summary="A protocol asks for a member that the consumer's implementation does not have",
        severity=Severity.BREAK,
        directions=_SOURCE,
        witness="code",
        doc="""
## What it means
A protocol of the provider has a new member. A class of the consumer has all the old ones, and not
this.

## Why it breaks
The provider uses the new member: `AttributeError`; or `isinstance` says no. Where neither is so it
is a warning. A class that derives from the protocol inherits its body, and is only told of where no
instance of it can be made.

## Example
`Sink` gains `def flush(self)`; the consumer's `Memory` has `write` and `close`.

## What to do
Put the new member into a protocol of its own, or give it a body that works for all who derive.
""",
        examples=(
            Example(
                title="a method is added",
                old=_SINK,
                new=_SINK.replace("    def close", "    def flush(self): ...\n\n    def close"),
                consumer=_OWN_SINK,
            ),
            Example(
                title="a method is added, and the consumer gives its own to a function",
                old=_SINK,
                new=_SINK.replace("    def close", "    def flush(self): ...\n\n    def close"),
                consumer=_OWN_SINK.replace("import Sink, drain", "import drain"),
            ),
            *(
                Example(
                    title=f"a method is added, and the consumer gives its own to {what}",
                    old=_PUMP,
                    new=_PUMP.replace("    def close", "    def flush(self): ...\n\n    def close"),
                    consumer=_OWN_SINK.replace("import Sink, drain", "import Pump").replace(
                        "drain(Memory())", line
                    ),
                )
                for what, line in (
                    ("a constructor", "Pump(sink=Memory())"),
                    ("a method", "Pump().attach(Memory())"),
                )
            ),
            Example(
                title="a method is added to a protocol that nothing of the consumer's is given to",
                old=_PUMP,
                new=_PUMP.replace("    def close", "    def flush(self): ...\n\n    def close"),
                consumer=_OWN_SINK.replace("import Sink, drain", "import Pump").replace(
                    "drain(Memory())", "Pump().add(Memory())"
                ),
                breaks=False,
            ),
            Example(
                title="a method without a body is added, and the consumer derives",
                old=_SINK,
                new=_SINK.replace("    def close", "    def flush(self): ...\n\n    def close"),
                consumer=_DERIVED_SINK,
                breaks=False,
            ),
            Example(
                title="a method that returns nothing on purpose is added, and the consumer derives",
                old=_SINK,
                new=_SINK.replace(
                    "    def close",
                    "    def flush(self):\n        return None\n\n    def close",
                ),
                consumer=_DERIVED_SINK,
                breaks=False,
            ),
            Example(
                title="a method with a body is added, and the consumer derives",
                old=_SINK,
                new=_SINK.replace(
                    "    def close",
                    "    def write_all(self, items):\n        for item in items:\n"
                    "            self.write(item)\n\n    def close",
                ),
                consumer=_DERIVED_SINK,
                breaks=False,
            ),
            Example(
                title="a method is added that the consumer has",
                old=_SINK,
                new=_SINK.replace("    def close", "    def flush(self): ...\n\n    def close"),
                consumer=_OWN_SINK.replace(
                    "    def close", "    def flush(self): ...\n\n    def close"
                ),
                breaks=False,
            ),
            Example(
                title="the consumer only uses the protocol",
                old=_SINK,
                new=_SINK.replace("    def close", "    def flush(self): ...\n\n    def close"),
                consumer="from provider import Sink\n\ndef send(sink: Sink):\n    sink.write(1)\n",
                breaks=False,
            ),
        ),
        check=_member_added,
        rank=9,
    ),
    Rule(
        id="protocol-signature-changed",
        family="protocols",
        summary="A protocol's method is called in a way that the consumer's does not take",
        severity=Severity.BREAK,
        directions=_SOURCE,
        witness="code",
        doc="""
## What it means
A method of a protocol has another signature, and a call made by it does not fit the consumer's
implementation. It is a break where the provider's own code makes such a call, and a warning where
only others may.

## Why it breaks
The provider calls the consumer's method with the new arguments: `TypeError`.

## Example
`write(self, item)` becomes `write(self, item, key)`.

## What to do
Let the implementation take the new arguments, or keep the old call possible in the provider.
""",
        examples=(
            Example(
                title="a required parameter is added",
                old=_SINK,
                new=_SINK.replace("write(self, item)", "write(self, item, key)").replace(
                    "write(1)", "write(1, 2)"
                ),
                consumer=_OWN_SINK,
            ),
            Example(
                title="a method becomes async and is awaited",
                old=_PUMP + _RUNS.format("self.sinks[0].write(1)"),
                new=_PUMP.replace("def write", "async def write")
                + _RUNS.format("await self.sinks[0].write(1)"),
                consumer=_OWN_SINK.replace("import Sink, drain", "import Pump").replace(
                    "drain(Memory())", "Pump(sink=Memory())"
                ),
            ),
            Example(
                title="an async method becomes one that returns an awaitable",
                old=_SINK.replace("def write", "async def write"),
                new="from collections.abc import Awaitable\n"
                + _SINK.replace("write(self, item)", "write(self, item) -> Awaitable[None]"),
                consumer=_OWN_SINK.replace("def write", "async def write"),
                breaks=False,
            ),
            Example(
                title="an annotation is added",
                old=_SINK,
                new=_SINK.replace("write(self, item)", "write(self, item: object) -> None"),
                consumer=_OWN_SINK,
                breaks=False,
            ),
        ),
        check=_signature_changed,
        rank=11,
    ),
    Rule(
        id="callback-signature-changed",
        family="protocols",
        summary="A function that the consumer hands over is called with other arguments",
        severity=Severity.BREAK,
        directions=_SOURCE,
        witness="code",
        doc="""
## What it means
The provider's own code calls a function that it was handed with other arguments than before, or
annotates it as a `Callable` of more or fewer. The consumer gives it a function or method of its own
that does not take them.

## Why it breaks
The provider calls it: `TypeError`.

## Example
`on(handler: Callable[[int], None])` becomes `Callable[[int, str], None]`, and the consumer says
`on(show)`, with `def show(item)`.

## What to do
Let the function take the new arguments, or offer the new call under another name.
""",
        examples=(
            *(
                Example(
                    title=f"one more argument for a function that is given to {what}",
                    old=_CALLS_BACK,
                    new=_CALLS_BACK.replace("[int]", "[int, str]"),
                    consumer=_HANDLES.format(line),
                )
                for what, line in (
                    ("a function", "on(show)"),
                    ("a constructor", "Bus(handler=show)"),
                    ("a method", "Bus().subscribe('a', show)"),
                    ("a function, without a name", "on(lambda item: print(item))"),
                    (
                        "a function, from inside another",
                        "def inner(item: Bus) -> Bus: ...\n    on(inner)",
                    ),
                )
            ),
            *(
                Example(
                    title=f"one more argument for a lambda that takes {what}",
                    old=_CALLS_BACK,
                    new=_CALLS_BACK.replace("[int]", "[int, str]"),
                    consumer=_HANDLES.format(f"on(lambda {taken}: print(item))"),
                    breaks=False,
                )
                for what, taken in (("any", "item, *rest"), ("two", "item, key=show"))
            ),
            Example(
                title="one argument fewer for a method",
                old=_CALLS_BACK.replace("[int]", "[int, str]"),
                new=_CALLS_BACK,
                consumer="from provider import on\n\nclass Screen:\n"
                "    def show(self, item, key):\n        print(item)\n\n"
                "    def start(self):\n        on(self.show)\n",
            ),
            *(
                Example(
                    title=title,
                    old=_CALLS_BACK,
                    new=_CALLS_BACK.replace("[int]", new),
                    consumer=_HANDLES.format("on(show)").replace("(item)", taken),
                    breaks=False,
                )
                for title, new, taken in (
                    ("one more argument for a function that takes any", "[int, str]", "(*items)"),
                    ("one more argument and a default for it", "[int, str]", "(item, key=None)"),
                    ("another type", "[float]", "(item)"),
                    ("nothing is said any more", "...", "(item)"),
                )
            ),
        ),
        check=_callback_changed,
        rank=11,
    ),
    Rule(
        id="protocol-not-checkable",
        family="protocols",
        summary="A protocol can no longer be used with isinstance, and the consumer does",
        severity=Severity.BREAK,
        directions=_SOURCE,
        witness="code",
        doc="""
## What it means
The protocol lost its decorator `@runtime_checkable`, and the consumer uses it with `isinstance` or
`issubclass`.

## Why it breaks
`isinstance` raises `TypeError` for a protocol that is not checkable at run time.

## Example
`@runtime_checkable class Sink(Protocol)` becomes `class Sink(Protocol)`.

## What to do
Keep the decorator.
""",
        examples=(
            Example(
                title="the decorator is dropped",
                old=_SINK,
                new=_SINK.replace("@runtime_checkable\n", ""),
                consumer=_ASKS,
            ),
            Example(
                title="the decorator is dropped and the consumer never asks",
                old=_SINK,
                new=_SINK.replace("@runtime_checkable\n", ""),
                consumer=_OWN_SINK,
                breaks=False,
            ),
        ),
        check=_not_checkable,
        rank=9,
    ),
    Rule(
        id="protocol-became-abstract",
        family="protocols",
        summary="A protocol became a base class, or its methods abstract",
        severity=Severity.BREAK,
        directions=_SOURCE,
        witness="code",
        doc="""
## What it means
What was a protocol is an ordinary base class, so that having the members is not enough; or a member
that the consumer's class took over from the protocol is abstract now.

## Why it breaks
`isinstance` says no for a class that does not derive; a class that lacks an abstract method can't
be instantiated.

## Example
`class Sink(Protocol)` becomes `class Sink(ABC)`.

## What to do
Keep the protocol, and put the base class beside it.
""",
        examples=(
            Example(
                title="a protocol becomes an abstract base class",
                old=_SINK,
                new="from abc import ABC\n"
                + _SINK.replace("@runtime_checkable\n", "").replace("Sink(Protocol)", "Sink(ABC)"),
                consumer=_OWN_SINK,
            ),
            Example(
                title="a method with a body becomes abstract",
                old=_SINK,
                new="from abc import abstractmethod\n"
                + _SINK.replace("    def close", "    @abstractmethod\n    def close"),
                consumer=_DERIVED_SINK,
            ),
            Example(
                title="a method becomes abstract that the consumer has",
                old=_SINK,
                new="from abc import abstractmethod\n"
                + _SINK.replace("    def write", "    @abstractmethod\n    def write"),
                consumer=_DERIVED_SINK,
                breaks=False,
            ),
        ),
        check=_became_abstract,
        rank=8,
    ),
)
