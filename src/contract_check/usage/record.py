"""Collects what is found, in whatever order, and hands it out in the order of the sources."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import TypeVar

from contract_check.model.usage import (
    CallUse,
    Choice,
    Condition,
    HandedUse,
    Handler,
    ImportUse,
    MemberUse,
    Mention,
    NameUse,
    OperationUse,
    Place,
    Reach,
    Region,
    SubclassUse,
    TryUse,
    Usage,
)
from contract_check.usage.forwarding import Forwarding, without_forwarded
from contract_check.usage.literals import literals, spelled_out, with_kept_keys
from contract_check.usage.values import ClassInfo, FunctionInfo, Given, Module, Symbol

_Caught = tuple[str, Place]
_Unfollowed = tuple[Place, str]
_Holder = tuple[str, str, Place]
_Lines = tuple[str, Region]
_Decorated = tuple[str, str]
_Use = TypeVar(
    "_Use",
    ImportUse,
    SubclassUse,
    CallUse,
    MemberUse,
    NameUse,
    OperationUse,
    _Caught,
    HandedUse,
    TryUse,
    Choice,
    Condition,
    _Lines,
    _Decorated,
    Reach,
    _Holder,
    _Unfollowed,
)
_Found = list[tuple[tuple[int, int, int, int], _Use]]


class Recorder:
    """Uses of provider names, each with its place."""

    def __init__(self) -> None:
        self._imports: _Found[ImportUse] = []
        self._subclasses: _Found[SubclassUse] = []
        self._calls: _Found[CallUse] = []
        self._members: _Found[MemberUse] = []
        self._names: _Found[NameUse] = []
        self._operations: _Found[OperationUse] = []
        self._caught: _Found[_Caught] = []
        self._tries: _Found[TryUse] = []
        self._choices: _Found[Choice] = []
        self._conditions: _Found[Condition] = []
        self._functions: _Found[_Lines] = []
        self._reached: _Found[Reach] = []
        self._decorated: _Found[_Decorated] = []
        self._holders: _Found[_Holder] = []
        self._handed: _Found[HandedUse] = []
        self._unfollowed: _Found[_Unfollowed] = []
        self._forwarding = Forwarding()
        self._muted = 0
        self._line: int | None = None

    @contextmanager
    def muted(self) -> Iterator[None]:
        """Nothing is recorded meanwhile: the expression is recorded where it stands."""
        self._muted += 1
        try:
            yield
        finally:
            self._muted -= 1

    @contextmanager
    def at_line(self, line: int) -> Iterator[None]:
        """Everything is recorded at this line meanwhile: annotations inside strings."""
        before, self._line = self._line, line
        try:
            yield
        finally:
            self._line = before

    def imported(
        self,
        module: Module,
        node: ast.AST,
        provider: str,
        name: str | None,
        *,
        bound_as: str,
        lazy: bool,
        guarded: bool,
        by_module: bool,
    ) -> None:
        place = self._place(module, node)
        use = ImportUse(provider, name, bound_as, place, module.name, lazy, guarded, by_module)
        self._add(self._imports, module, node, use)

    def subclass(self, info: ClassInfo, provider: Symbol) -> None:
        keywords = [keyword.arg for keyword in info.node.keywords]
        named = tuple(name for name in keywords if name and name != "metaclass")
        use = SubclassUse(
            provider.ref,
            info.ref,
            tuple(info.members),
            self._place(info.module, info.node),
            tuple(info.fields),
            mixed=len(info.bases) > 1
            or not isinstance(info.bases[0], Symbol)
            or len(named) < len(keywords),
            keywords=named,
        )
        self._add(self._subclasses, info.module, info.node, use)

    def made_class(
        self, module: Module, node: ast.Call, consumer: str, provider: str, members: list[str]
    ) -> None:
        place = self._place(module, node)
        use = SubclassUse(provider, consumer, tuple(members), place)
        self._add(self._subclasses, module, node, use)

    def called(
        self,
        module: Module,
        node: ast.Call,
        target: str,
        *,
        awaited: bool,
        via: str | None,
        on_instance: bool,
        own: tuple[str, ...] = (),
        passed: tuple[tuple[str, str, bool], ...] = (),
        later: bool = False,
        within: FunctionInfo | None = None,
    ) -> None:
        def made(given: ast.Call) -> CallUse:
            kept = with_kept_keys(given, within.node if within is not None else None, module)
            use = self._call(module, kept, target, passed)
            return replace(
                use,
                awaited=awaited,
                via=via,
                on_instance=on_instance,
                own=own,
                open_ended=later or use.open_ended,
                later=later,
            )

        self._add(self._calls, module, node, made(node))
        rest = without_forwarded(node, within)
        if within is not None and rest is not None and not (self._muted or later):
            self._forwarding.hands_on(within, node, made(rest), None)

    def called_own(
        self,
        module: Module,
        node: ast.Call,
        callee: FunctionInfo,
        *,
        bound: bool,
        passed: tuple[tuple[str, str, bool], ...],
        within: FunctionInfo | None,
    ) -> None:
        """A call of a function of the consumer's that takes whatever it is given."""
        if self._muted:
            return

        def made(given: ast.Call) -> CallUse:
            use = self._call(module, given, callee.qualname, passed)
            return replace(use, positional=use.positional + bound)

        self._forwarding.gives(module, node, made(node), callee)
        rest = without_forwarded(node, within)
        if within is not None and rest is not None:
            self._forwarding.hands_on(within, node, made(rest), callee)

    def _call(
        self,
        module: Module,
        node: ast.Call,
        target: str,
        passed: tuple[tuple[str, str, bool], ...],
    ) -> CallUse:
        node = spelled_out(node, module)
        positional = [arg for arg in node.args if not isinstance(arg, ast.Starred)]
        return CallUse(
            target,
            len(positional),
            tuple(keyword.arg for keyword in node.keywords if keyword.arg is not None),
            len(positional) < len(node.args) or any(k.arg is None for k in node.keywords),
            False,
            self._place(module, node),
            tuple(literals(node, module)),
            passed=passed,
        )

    def member(
        self,
        module: Module,
        node: ast.expr,
        owner: str,
        member: str,
        *,
        on_instance: bool,
        stored: bool = False,
        optional: bool = False,
    ) -> None:
        place = self._place(module, node)
        use = MemberUse(owner, member, on_instance, place, stored, optional)
        self._add(self._members, module, node, use)

    def name(self, module: Module, node: ast.expr, ref: str, how: Mention) -> None:
        self._add(self._names, module, node, NameUse(ref, how, self._place(module, node)))

    def operation(
        self, module: Module, node: ast.AST, owner: str, operation: str, detail: str = ""
    ) -> None:
        use = OperationUse(owner, operation, self._place(module, node), detail)
        self._add(self._operations, module, node, use)

    def caught(self, module: Module, node: ast.expr, ref: str) -> None:
        self._add(self._caught, module, node, (ref, self._place(module, node)))

    def tried(self, module: Module, block: Sequence[ast.stmt], handlers: Iterable[Handler]) -> None:
        use = TryUse(lines_of(module, block), tuple(handlers))
        self._add(self._tries, module, block[0], use)

    def choice(
        self,
        module: Module,
        block: Sequence[ast.stmt | ast.expr],
        owner: str,
        name: str,
        there: bool,
        *,
        alone: bool = False,
    ) -> None:
        use = Choice(lines_of(module, block), owner, name, there, alone)
        self._add(self._choices, module, block[0], use)

    def condition(self, module: Module, node: ast.If, use: Condition) -> None:
        self._add(self._conditions, module, node, use)

    def function(self, module: Module, node: ast.stmt, ref: str) -> None:
        region = Region(module.file, node.lineno, node.end_lineno or node.lineno)
        self._add(self._functions, module, node, (ref, region))

    def reached(self, module: Module, node: ast.expr, target: str) -> None:
        self._add(self._reached, module, node, Reach(target, self._place(module, node)))

    def decorated(self, module: Module, node: ast.stmt, function: str, decorator: str) -> None:
        self._add(self._decorated, module, node, (function, decorator))

    def holder(self, info: ClassInfo, annotation: ast.expr, ref: str) -> None:
        place = self._place(info.module, annotation)
        self._add(self._holders, info.module, annotation, (info.ref, ref, place))

    def handed(
        self,
        module: Module,
        node: ast.AST,
        given: Given,
        target: str,
        *,
        on_instance: bool,
    ) -> None:
        use = HandedUse(
            target,
            given.argument,
            given.own,
            given.form,
            self._place(module, node),
            on_instance,
            given.keys,
        )
        self._add(self._handed, module, node, use)

    def unfollowed(self, module: Module, node: ast.expr, what: str) -> None:
        self._add(self._unfollowed, module, node, (self._place(module, node), what))

    def usage(
        self,
        reexports: tuple[tuple[str, str, Place], ...],
        unreadable: tuple[tuple[str, str], ...],
    ) -> Usage:
        """Everything recorded, sorted by file, line and column."""
        for module, node, use in self._forwarding.uses():
            self._add(self._calls, module, node, use)
        return Usage(
            imports=_in_order(self._imports),
            subclasses=_in_order(self._subclasses),
            calls=_in_order(self._calls),
            members=_in_order(self._members),
            reexports=reexports,
            names=_in_order(self._names),
            operations=_in_order(self._operations),
            caught=_in_order(self._caught),
            tries=_in_order(self._tries),
            choices=_in_order(self._choices),
            conditions=_in_order(self._conditions),
            functions=_in_order(self._functions),
            reached=_in_order(self._reached),
            decorated=_in_order(self._decorated),
            holders=_in_order(self._holders),
            handed=tuple(dict.fromkeys(_in_order(self._handed))),
            unfollowed=_in_order(self._unfollowed),
            unreadable=unreadable,
        )

    def _place(self, module: Module, node: ast.AST) -> Place:
        return Place(module.file, self._line or end_of_name(node)[0])

    def _add(self, found: _Found[_Use], module: Module, node: ast.AST, use: _Use) -> None:
        if not self._muted:
            line, column = end_of_name(node)
            found.append(((module.index, self._line or line, column, len(found)), use))


def lines_of(module: Module, block: Sequence[ast.stmt | ast.expr]) -> Region:
    """The lines of some statements or expressions that follow each other."""
    return Region(module.file, block[0].lineno, block[-1].end_lineno or block[-1].lineno)


def _in_order(found: _Found[_Use]) -> tuple[_Use, ...]:
    return tuple(use for _, use in sorted(found, key=lambda pair: pair[0]))


def end_of_name(node: ast.AST) -> tuple[int, int]:
    """Line and column where a node is best pointed at.

    For an attribute that is where its name ends, since a chain may run over several lines.
    """
    if isinstance(node, ast.Attribute):
        return node.end_lineno or node.lineno, node.end_col_offset or node.col_offset
    if isinstance(node, ast.Call):
        return end_of_name(node.func)
    return getattr(node, "lineno", 1), getattr(node, "col_offset", 0)
