"""From a diagnostic to what the consumer takes from the provider there, as our own reader says it.

The baseline's types tell what the consumer's code was written for: there the diagnostic was not.
What is found goes to the rules like everything else that is read, and is proved like it.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from contract_check.model.reading import Demand, Diagnostic, Value
from contract_check.model.usage import CallUse, MemberUse, OperationUse, Place, Usage
from contract_check.reader.demands import arguments, demanded
from contract_check.reader.origins import Origins, givers
from contract_check.reader.sides import Sides
from contract_check.reader.sources import Sources
from contract_check.reader.syntax import Source
from contract_check.reader.types import Typed

T = TypeVar("T")

_ROUNDS = 6
_PARAMETER = re.compile(r"parameter `(\w+)`")
_MOST = 120
"""Diagnostics that are looked into; what is beyond them is told in the checker's words alone."""


@dataclass
class Found:
    """What the consumer takes at the places looked into."""

    calls: list[CallUse] = field(default_factory=list)
    members: list[MemberUse] = field(default_factory=list)
    operations: list[OperationUse] = field(default_factory=list)
    values: list[Value] = field(default_factory=list)
    given: list[tuple[str, str, Place]] = field(default_factory=list)

    @property
    def uses(self) -> Usage:
        """As our own reader says it."""
        return Usage(
            calls=tuple(dict.fromkeys(self.calls)),
            members=tuple(dict.fromkeys(self.members)),
            operations=tuple(dict.fromkeys(self.operations)),
        )


def resolve(
    fresh: Sequence[Diagnostic],
    sources: Sources,
    sides: Sides,
    roots: frozenset[str],
    own: frozenset[str],
) -> Found:
    """What the consumer takes from the provider where something new is complained of.

    Args:
        fresh: the new diagnostics that may fail when the code runs.
        sources: the consumer's files.
        sides: types.
        roots: the provider's top-level import packages.
        own: the consumer's.
    """
    for _ in range(_ROUNDS):
        resolver = _Resolver(sources, sides, roots, own)
        for diagnostic in fresh[:_MOST]:
            resolver.look_into(diagnostic)
        if not sides.ask():
            break
    return resolver.found


class _Resolver:
    def __init__(
        self, sources: Sources, sides: Sides, roots: frozenset[str], own: frozenset[str]
    ) -> None:
        self._sources = sources
        self._sides = sides
        self._roots = roots
        self._own = own
        self._origins = Origins(sources, sides, roots)
        self.found = Found()

    def look_into(self, diagnostic: Diagnostic) -> None:
        source = self._sources.get(diagnostic.file)
        node = source.at(diagnostic) if source is not None else None
        if source is None or node is None:
            return
        if diagnostic.aspect == "argument":
            self._argument(source, node, diagnostic)
            return
        for subject, demand in demanded(source, node, diagnostic):
            self._met(source, subject, demand, Place(source.file, subject.lineno))

    def _met(self, source: Source, subject: ast.expr, demand: Demand, place: Place) -> None:
        """The consumer does something with an expression: which of the provider's is that?"""
        before, now = self._sides.before(source, subject), self._sides.now(source, subject)
        self._sides.note(source, _inside(subject))
        if demand.kind == "attribute":
            self._attribute(source, subject, demand.name, place)
        elif demand.kind == "call":
            self._call(source, subject, demand, place)
        else:
            self._operation(before, demand, place)
        if isinstance(subject, ast.Attribute) and demand.kind != "attribute":
            # It may have become another kind of member: a method where a property was.
            self._attribute(source, subject.value, subject.attr, place)
        if (before.form, before.refs) != (now.form, now.refs) and before.form == "instance":
            origin = self._origins.of(source, subject)
            if origin is not None:
                value = Value(*origin, before.text, now.text, demand, place)
                self.found.values.append(value)

    def _operation(self, typed: Typed, demand: Demand, place: Place) -> None:
        subscript = typed.form == "class" and demand.kind == "getitem"
        if typed.form != "instance" and not subscript:
            return
        kind, detail = ("subscript", "") if subscript else (demand.kind, demand.name)
        for owner in self._provided(typed):
            self.found.operations.append(OperationUse(owner, kind, place, detail))

    def _provided(self, typed: Typed) -> tuple[str, ...]:
        """The provider's modules or classes among what an expression is; of the consumer's own
        classes, the provider's that they derive from are found by the rules."""
        known = self._roots | self._own if typed.form != "module" else self._roots
        return tuple(ref for ref in typed.refs if _top(ref) in known)

    def _typed(self, source: Source, node: ast.expr) -> Typed:
        """What an expression is with the baseline; for a type variable, what it is bound to."""
        typed = self._sides.before(source, node)
        name = typed.text.removeprefix("type[").removesuffix("]")
        bound = _bound_of(source, name) if typed.form in ("class", "instance") else None
        ref = self._sources.meaning(source, bound) if bound is not None else None
        return typed if ref is None else replace(typed, refs=(ref,))

    def _attribute(self, source: Source, holder: ast.expr, name: str, place: Place) -> None:
        typed = self._typed(source, holder)
        if typed.form in ("module", "class", "instance"):
            for owner in self._provided(typed):
                on_instance = typed.form == "instance"
                self.found.members.append(MemberUse(owner, name, on_instance, place))

    def _call(self, source: Source, subject: ast.expr, demand: Demand, place: Place) -> None:
        targets = self._targets(source, subject)
        self._operation(self._typed(source, subject), demand, place)
        for target, on_instance in targets:
            self.found.calls.append(_call_of(target, on_instance, demand, place))
        call = source.parents.get(subject)
        if not targets and isinstance(call, ast.Call) and call.func is subject:
            self._forwarded(source, call, place)

    def _targets(self, source: Source, subject: ast.expr) -> list[tuple[str, bool]]:
        """What of the provider's is called, and whether on an instance."""
        typed = self._typed(source, subject)
        if typed.form == "class":
            return [(ref, False) for ref in typed.refs if _top(ref) in self._roots]
        if typed.form != "function":
            owners = self._provided(typed) if typed.form == "instance" else ()
            return [(f"{owner}.__call__", True) for owner in owners]
        if isinstance(subject, ast.Attribute):
            holder = self._typed(source, subject.value)
            sign = ":" if holder.form == "module" else "."
            owners = self._provided(holder) if holder.form != "function" else ()
            on_instance = holder.form == "instance"
            return [(f"{owner}{sign}{subject.attr}", on_instance) for owner in owners]
        return self._named(source, subject)

    def _named(self, source: Source, subject: ast.expr) -> list[tuple[str, bool]]:
        """The function that a name stands for: imported, or given to it as a value."""
        if not isinstance(subject, ast.Name):
            return []
        ref = self._sources.meaning(source, subject.id)
        if ref is not None:
            return [(ref, False)] if _top(ref) in self._roots else []
        for value, steps in givers(source, subject):
            if not steps and isinstance(value, (ast.Name, ast.Attribute)):
                self._sides.note(source, _inside(value))
                return self._targets(source, value)
            break
        return []

    def _forwarded(self, source: Source, call: ast.Call, place: Place) -> None:
        """`asyncio.to_thread(send, to, retry=1)`: what is behind a function goes to it."""
        for number, given in enumerate(call.args):
            if isinstance(given, ast.Starred):
                return
            self._sides.note(source, _inside(given))
            if not isinstance(given, (ast.Name, ast.Attribute)):
                continue
            targets = self._targets(source, given)
            if targets:
                rest = ast.Call(given, call.args[number + 1 :], call.keywords)
                for target, on_instance in targets:
                    use = _call_of(target, on_instance, arguments(rest), place)
                    self.found.calls.append(use)
                return

    def _argument(self, source: Source, node: ast.AST, diagnostic: Diagnostic) -> None:
        """A function or an instance of the consumer's is given where more is asked for now."""
        above = source.around(source.parents.get(node))
        call = next((item for item in above if isinstance(item, ast.Call)), None)
        if call is None or not isinstance(node, (ast.expr, ast.keyword)):
            return
        given = node.value if isinstance(node, ast.keyword) else node
        key = _key_of(call, given)
        if key is None:
            return
        place = Place(source.file, call.lineno)
        self._sides.note(source, [*_inside(given), *_inside(call.func)])
        for subject, demand in demanded(source, given, diagnostic):
            self._met(source, subject, demand, place)
        typed = self._sides.before(source, given)
        own = tuple(ref for ref in typed.refs if _top(ref) in self._own)
        if typed.form == "instance" and own:
            asked = self._asked(source, call, diagnostic)
            self.found.given += [(asked, ref, place) for ref in own if asked is not None]
        for target, on_instance in self._targets(source, call.func):
            use = _call_of(target, on_instance, arguments(call), place)
            if typed.form == "function":
                passed = self._passed(source, given)
                use = replace(use, passed=((key, *passed),) if passed else ())
            self.found.calls.append(replace(use, own=own if typed.form == "instance" else ()))

    def _asked(self, source: Source, call: ast.Call, diagnostic: Diagnostic) -> str | None:
        """The provider's class that the parameter asks for now, which the diagnostic names."""
        parameter = _PARAMETER.search(diagnostic.message)
        signature = self._sides.now(source, call.func).text
        if parameter is None:
            return None
        for found in re.finditer(rf"\b{parameter[1]}: ([\w.]+)", signature):
            ref = self._sides.ref(found[1])
            if _top(ref) in self._roots:
                return ref
        return None

    def _passed(self, source: Source, given: ast.expr) -> tuple[str, bool] | None:
        """A function of the consumer's that is given as an argument, and whether it is bound."""
        if isinstance(given, ast.Lambda):
            return ast.unparse(given), False
        if isinstance(given, ast.Name):
            ref = self._sources.meaning(source, given.id)
            return (ref, False) if ref is not None and _top(ref) in self._own else None
        if isinstance(given, ast.Attribute):
            holder = self._sides.before(source, given.value)
            if len(holder.refs) == 1 and _top(holder.refs[0]) in self._own:
                sign = ":" if holder.form == "module" else "."
                return f"{holder.refs[0]}{sign}{given.attr}", holder.form == "instance"
        return None


def _top(ref: str) -> str:
    return ref.partition(":")[0].partition(".")[0]


def _inside(node: ast.expr) -> Iterator[ast.expr]:
    """An expression and what it is made of, as far as it says where a value comes from."""
    yield node
    match node:
        case ast.Attribute(value=inner) | ast.Subscript(value=inner) | ast.Await(value=inner):
            yield from _inside(inner)
        case ast.Call(func=inner):
            yield from _inside(inner)


def _bound_of(source: Source, name: str) -> str | None:
    """The name that a type variable of this file is bound to."""
    for node in ast.walk(source.tree) if name.isidentifier() else ():
        bound: ast.AST | None = None
        match node:
            case ast.Assign(targets=[ast.Name(id=other)], value=ast.Call(keywords=keywords)):
                given = [item.value for item in keywords if item.arg == "bound"]
                bound = given[0] if given and other == name else None
        if bound is None and type(node).__name__ == "TypeVar" and getattr(node, "name", "") == name:
            bound = getattr(node, "bound", None)  # of Python 3.12
        if isinstance(bound, ast.Name):
            return bound.id
        if isinstance(bound, ast.Constant) and isinstance(bound.value, str):
            return bound.value
    return None


def _key_of(call: ast.Call, given: ast.expr) -> str | None:
    """The keyword or the position, as text, of an argument."""
    for number, item in enumerate(call.args):
        if item is given:
            return str(number)
    return next((item.arg for item in call.keywords if item.value is given), None)


def _call_of(target: str, on_instance: bool, demand: Demand, place: Place) -> CallUse:
    return CallUse(
        target=target,
        positional=demand.positional,
        keywords=demand.keywords,
        open_ended=demand.open_ended,
        awaited=False,
        place=place,
        on_instance=on_instance,
    )


def merged(first: Usage, second: Usage) -> Usage:
    """A usage with what another one has beside it, each once."""
    return replace(
        first,
        calls=_calls_with(first.calls, second.calls),
        members=_with(first.members, second.members),
        operations=_with(first.operations, second.operations),
    )


def _calls_with(first: tuple[CallUse, ...], second: tuple[CallUse, ...]) -> tuple[CallUse, ...]:
    """The calls of both: where the first has one of the same place, target and shape, its own.

    It says more of it: the literals, and what of the consumer's own is handed on.
    """
    known = set(map(_shape, first))
    return _with(first, tuple(use for use in second if _shape(use) not in known))


def _shape(use: CallUse) -> tuple[object, ...]:
    return use.place, use.target, use.positional, use.keywords, use.open_ended


def _with(first: tuple[T, ...], second: tuple[T, ...]) -> tuple[T, ...]:
    return tuple(dict.fromkeys((*first, *second)))
