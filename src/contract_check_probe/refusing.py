"""Says where functions raise for what they are given: guards, and bodies that do nothing else.

`if not algorithms: raise ValueError(...)` at the top of a function is part of how it may be called,
and no signature shows it. What a guard asks must be told by the arguments: one about the state of
an object, of a module or of the machine is left out.
"""

from __future__ import annotations

import ast
import builtins
import inspect
import sys
import types
from collections.abc import Iterable, Iterator
from typing import Any

from contract_check_probe.results import bindings_of, denoted, source_of

_MOST_LAYERS = 10
_MOST_STEPS = 3
_CONSTRUCTING = ("__new__", "__init__", "__post_init__")
_PURE = frozenset({"collections", "inspect", "numbers", "re", "types", "typing", "warnings"})
"""Modules that a guard may ask and still be about the arguments alone."""
_EXITS = (sys.exit, builtins.exit, builtins.quit)


def refusals(found: Any) -> list[str]:
    """The guards of a function, or of what constructs a class, whatever is wrapped around it.

    Returns:
        of each the conditions and the name of what is raised: `not algorithms -> ValueError`;
        without conditions where it always raises.
    """
    told: dict[str, None] = {}
    for function in _layers(found):
        node = source_of(function)
        if node is not None:
            told.update(dict.fromkeys(_guards(function, node.body, ())))
    return list(told)


def always_raises(function: Any) -> bool:
    """Whether a function that is written in Python never returns."""
    node = source_of(function)
    return node is not None and any(
        not guard.partition("->")[0].strip() for guard in _guards(function, node.body, ())
    )


def _layers(found: Any) -> Iterator[Any]:
    """The functions that a call runs first: those wrapped around one another, or a class's."""
    if isinstance(found, type):
        for name in _CONSTRUCTING:
            yield from _layers(inspect.getattr_static(found, name, None))
        return
    for _ in range(_MOST_LAYERS):
        found = getattr(found, "__func__", found)
        if not inspect.isfunction(found):
            return
        yield found
        found = getattr(found, "__wrapped__", None)


def _guards(function: Any, body: Iterable[ast.stmt], conditions: tuple[str, ...]) -> Iterator[str]:
    for statement in body:
        match statement:
            case ast.Raise(exc=ast.expr() as raised):
                yield _told(conditions, _name(raised))
                return
            case ast.Expr(value=ast.Call(func=called)) if name := _never_returns(function, called):
                yield _told(conditions, name)
                return
            case ast.Assert(test=test) if _is_about_arguments(function, test):
                yield _told((*conditions, f"not ({ast.unparse(test)})"), "AssertionError")
            case ast.If(test=test) if _is_about_arguments(function, test):
                text = ast.unparse(test)
                yield from _guards(function, statement.body, (*conditions, text))
                yield from _guards(function, statement.orelse, (*conditions, f"not ({text})"))
            case ast.With(body=inner):
                yield from _guards(function, inner, conditions)
            case ast.Return():
                return
        if any(isinstance(node, ast.Return) for node in ast.walk(statement)):
            conditions = (*conditions, "...")  # it may have returned by then


def _told(conditions: tuple[str, ...], raised: str) -> str:
    return f"{' and '.join(conditions)} -> {raised}".strip()


def _name(raised: ast.expr) -> str:
    """The name of an exception's class; `?` where it is only known when the code runs."""
    named = raised.func if isinstance(raised, ast.Call) else raised
    last = named.attr if isinstance(named, ast.Attribute) else getattr(named, "id", "")
    return last if last[:1].isupper() else "?"


def _never_returns(function: Any, called: ast.expr) -> str | None:
    """What a call of a function raises, where that is all that it does."""
    found = denoted(function, called)
    if any(found is item for item in _EXITS):
        return "SystemExit"
    node = source_of(found) if inspect.isfunction(found) else None
    if node is None or found is function:
        return None
    if any(isinstance(item, ast.Return | ast.Yield) for item in ast.walk(node)):
        return None
    match node.body[-1]:
        case ast.Raise(exc=ast.expr() as raised):
            return _name(raised)
        case ast.Expr(value=ast.Call(func=inner)) if any(
            denoted(found, inner) is item for item in _EXITS
        ):
            return "SystemExit"
    return None


def _is_about_arguments(function: Any, test: ast.expr, depth: int = 0) -> bool:
    """Whether a test asks the arguments alone: no state of an object, a module or the machine.

    What a variable is made of is asked as well.
    """
    code = function.__code__
    own = set(code.co_varnames)
    bound = bindings_of(function)
    known = getattr(function, "__globals__", {})
    stateful = {code.co_varnames[0]} if code.co_argcount and _is_method(function) else set()
    for node in ast.walk(test):
        if isinstance(node, ast.Await | ast.Yield | ast.NamedExpr):
            return False
        if not isinstance(node, ast.Name):
            continue
        if node.id in own and node.id not in stateful:
            made = bound.get(node.id, [])
            values = [item.value for item in made if isinstance(item, ast.Assign)]
            if len(values) < len(made) or depth > _MOST_STEPS:
                return False
            if not all(_is_about_arguments(function, value, depth + 1) for value in values):
                return False
            continue
        if node.id in stateful or (node.id in code.co_freevars):
            return False
        value = known.get(node.id, getattr(builtins, node.id, None))
        if isinstance(value, types.ModuleType):
            if str(value.__name__).partition(".")[0] not in _PURE:
                return False
        elif not (callable(value) or node.id.isupper()):
            return False
    return True


def _is_method(function: Any) -> bool:
    return "." in str(function.__qualname__).rpartition("<locals>.")[2]
