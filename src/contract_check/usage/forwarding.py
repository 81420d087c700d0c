"""Arguments that a function of the consumer's was given, and hands on to the provider."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, replace

from contract_check.model.usage import CallUse
from contract_check.usage.values import FunctionInfo, Module

_READING = frozenset(("get", "items", "keys", "values", "copy"))
_ADDING = frozenset(("setdefault", "update"))
_LATER = (ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
"""Expressions whose parts run later, or once for each item."""
_AS_WRITTEN = frozenset(
    ("staticmethod", "classmethod", "abstractmethod", "override", "contextmanager",
     "asynccontextmanager")
)  # fmt: skip
"""Decorators that leave the arguments as they are."""


@dataclass(frozen=True)
class _Handing:
    """A call that certainly runs with what its function was given.

    Args:
        use: the call, without those arguments.
        callee: the consumer's function that is called, or None for the provider's.
        by_position: it hands on what its function was given by `*`.
        by_name: and by `**`.
    """

    use: CallUse
    callee: FunctionInfo | None
    by_position: bool
    by_name: bool


@dataclass(frozen=True)
class _Named:
    """What a function does with what it is given by `**`: the keys that it takes out, and whether
    it may put others in."""

    lost: frozenset[str]
    touched: bool


class Forwarding:
    """Collects the calls of the consumer's own functions, and the calls in these that hand on what
    they are given."""

    def __init__(self) -> None:
        self._given: list[tuple[Module, ast.Call, CallUse, FunctionInfo]] = []
        self._handing: dict[FunctionInfo, list[_Handing]] = {}

    def gives(self, module: Module, node: ast.Call, use: CallUse, callee: FunctionInfo) -> None:
        """Notes a call of a function of the consumer's; `use` counts the receiver too."""
        self._given.append((module, node, use, callee))

    def hands_on(
        self, within: FunctionInfo, node: ast.Call, use: CallUse, callee: FunctionInfo | None
    ) -> None:
        """Notes a call for which `without_forwarded` found something; `use` is without that."""
        parameters = within.node.args
        handing = _Handing(
            use,
            callee,
            any(_is_star(item, parameters.vararg) for item in node.args),
            any(_is_double_star(item, parameters.kwarg) for item in node.keywords),
        )
        self._handing.setdefault(within, []).append(handing)

    def uses(self) -> Iterator[tuple[Module, ast.Call, CallUse]]:
        """The calls of the provider that a call of the consumer's own functions comes to."""
        for module, node, use, callee in self._given:
            for found in self._through(use, callee, frozenset()):
                yield module, node, found

    def _through(
        self, use: CallUse, function: FunctionInfo, seen: frozenset[FunctionInfo]
    ) -> Iterator[CallUse]:
        if function in seen:
            return
        for handing in self._handing.get(function, ()):
            handed = _handed(use, function, handing)
            if handing.callee is None:
                yield handed
            else:
                yield from self._through(handed, handing.callee, seen | {function})


def without_forwarded(node: ast.Call, within: FunctionInfo | None) -> ast.Call | None:
    """A call without the `*args` and `**kwargs` that its function was itself given.

    Args:
        node: the call.
        within: the function that it stands in.

    Returns:
        the rest of it; None if it hands on nothing, or does not run each time, or if the function
        may have changed what it was given beyond what can be told.
    """
    if within is None:
        return None
    parameters = within.node.args
    args = [item for item in node.args if not _is_star(item, parameters.vararg)]
    keywords = [item for item in node.keywords if not _is_double_star(item, parameters.kwarg)]
    if len(args) == len(node.args) and len(keywords) == len(node.keywords):
        return None
    if not _decorated_as_written(within) or not any(node is item for item in _certain(within)):
        return None
    if len(args) < len(node.args) and _is_bound_anew(within):
        return None
    if len(keywords) < len(node.keywords) and _named(within) is None:
        return None
    return ast.copy_location(ast.Call(node.func, args, keywords), node)


def _handed(use: CallUse, function: FunctionInfo, handing: _Handing) -> CallUse:
    """What a call inside a function comes to, for one call of that function."""
    parameters = function.node.args
    places = [*parameters.posonlyargs, *parameters.args]
    own = {item.arg for item in (*parameters.args, *parameters.kwonlyargs)}
    named = _named(function)
    more = max(0, use.positional - len(places)) if handing.by_position else 0
    names: tuple[str, ...] = ()
    if handing.by_name and named is not None:
        names = tuple(name for name in use.keywords if name not in own | named.lost)
    touched = handing.by_name and named is not None and named.touched
    return replace(
        handing.use,
        positional=handing.use.positional + more,
        keywords=handing.use.keywords + names,
        open_ended=handing.use.open_ended or use.open_ended or touched,
        place=use.place,
        literals=handing.use.literals + tuple(item for item in use.literals if item[0] in names),
        passed=handing.use.passed + tuple(item for item in use.passed if item[0] in names),
    )


def _is_star(node: ast.expr, parameter: ast.arg | None) -> bool:
    match node:
        case ast.Starred(value=ast.Name(id=name)):
            return parameter is not None and parameter.arg == name
    return False


def _is_double_star(node: ast.keyword, parameter: ast.arg | None) -> bool:
    match node:
        case ast.keyword(arg=None, value=ast.Name(id=name)):
            return parameter is not None and parameter.arg == name
    return False


def _decorated_as_written(function: FunctionInfo) -> bool:
    names = {
        item.attr if isinstance(item, ast.Attribute) else getattr(item, "id", "")
        for item in function.node.decorator_list
    }
    return names <= _AS_WRITTEN


def _is_bound_anew(function: FunctionInfo) -> bool:
    """Whether the name behind `*` comes to hold something else."""
    parameter = function.node.args.vararg
    return parameter is not None and any(
        isinstance(node, ast.Name)
        and node.id == parameter.arg
        and not isinstance(node.ctx, ast.Load)
        for node in ast.walk(function.node)
    )


def _named(function: FunctionInfo) -> _Named | None:
    """What becomes of the dictionary behind `**`; None where that can't be told."""
    parameter = function.node.args.kwarg
    if parameter is None:
        return None
    mentioned = understood = added = 0
    lost: set[str] = set()
    for node in ast.walk(function.node):
        match node:
            case ast.Name(id=parameter.arg):
                mentioned += 1
            case (
                ast.keyword(arg=None, value=ast.Name(id=parameter.arg))
                | ast.Compare(
                    ops=[ast.In() | ast.NotIn()], comparators=[ast.Name(id=parameter.arg)]
                )
            ):
                understood += 1
            case ast.Call(
                func=ast.Attribute(value=ast.Name(id=parameter.arg), attr="pop"),
                args=[ast.Constant(value=str() as key), *_],
            ):
                understood += 1
                lost.add(key)
            case ast.Attribute(value=ast.Name(id=parameter.arg), attr=method):
                understood += method in _READING | _ADDING
                added += method in _ADDING
            case ast.Subscript(
                value=ast.Name(id=parameter.arg), slice=ast.Constant(value=str() as key)
            ):
                understood += 1
                added += isinstance(node.ctx, ast.Store)
                if isinstance(node.ctx, ast.Del):
                    lost.add(key)
    if mentioned > understood:
        return None
    return _Named(frozenset(lost), touched=bool(added or lost))


def _certain(function: FunctionInfo) -> Iterator[ast.Call]:
    """The calls that run whenever a function does and is not left by an exception."""
    for statement in function.node.body:
        match statement:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                continue
            case (
                ast.Expr(value=ast.expr() as value)
                | ast.Return(value=ast.expr() as value)
                | ast.Assign(value=value)
                | ast.AnnAssign(value=ast.expr() as value)
            ):
                yield from _calls(value)
            case ast.With(items=items) | ast.AsyncWith(items=items):
                for item in items:
                    yield from _calls(item.context_expr)
        if any(isinstance(inner, ast.Return) for inner in ast.walk(statement)):
            return


def _calls(node: ast.expr) -> Iterator[ast.Call]:
    """The calls that evaluating an expression makes in any case."""
    match node:
        case ast.BoolOp(values=[first, *_]):
            yield from _calls(first)
            return
        case ast.IfExp(test=test):
            yield from _calls(test)
            return
        case ast.Call():
            yield node
    if not isinstance(node, _LATER):
        for child in ast.iter_child_nodes(node):
            inner = child.value if isinstance(child, ast.keyword) else child
            if isinstance(inner, ast.expr):
                yield from _calls(inner)
