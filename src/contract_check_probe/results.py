"""Says what a plain function hands out, as far as its source tells."""

from __future__ import annotations

import ast
import builtins
import contextlib
import functools
import hashlib
import inspect
import linecache
import types
from collections.abc import Iterator, Mapping
from typing import Any

_DEPTH = 5
_MOST_BODIES = 50
_ANYTHING = frozenset(
    "__import__ eval exec getattr iter max min next vars aiter anext super type".split()
)
"""Built-in functions whose result can be anything."""
_TASKS = frozenset(
    "create_future create_task ensure_future gather run_in_executor shield wrap_future".split()
)
"""Functions and methods of asyncio that hand out something to await."""
_TEXTS = (ast.Constant, ast.JoinedStr)
_VALUES = (
    *_TEXTS, ast.List, ast.Tuple, ast.Dict, ast.Set, ast.ListComp, ast.SetComp, ast.DictComp,
    ast.GeneratorExp, ast.Compare, ast.BinOp, ast.UnaryOp, ast.Lambda,
)  # fmt: skip
"""Expressions whose value nobody awaits."""
Functions = ast.FunctionDef | ast.AsyncFunctionDef


def handed_out(function: Any) -> tuple[str | None, list[str]]:
    """What calling a function gives, where it is that of a coroutine function it calls.

    Args:
        function: one that is written in Python; whatever it is wrapped in is not looked through.

    Returns:
        `coroutine` or `async generator`, or None where it is neither or not known; and the returned
        expressions of which its code does not tell what they are.
    """
    return _Reading(function, 0).result()


def returns(function: Any) -> bool:
    """Whether a function's source has a `return`, be it of nothing; no where it has no source."""
    node = source_of(function)
    return node is not None and any(isinstance(item, ast.Return) for item in _own_nodes(node))


def denoted(function: Any, node: ast.expr) -> Any:
    """What a name or a chain of attributes denotes in a function, without running any code."""
    return _Reading(function, _DEPTH)._object(node)


def bindings_of(function: Any) -> Mapping[str, list[ast.AST]]:
    """The names that a function binds in its body, each with what binds it."""
    node = source_of(function)
    return {} if node is None else _bindings(node)


def tuple_size(function: Any) -> int | None:
    """How many items a function gives, where each `return` of its source writes a tuple of as
    many."""
    node = source_of(function)
    if node is None or isinstance(node, ast.AsyncFunctionDef):
        return None
    own = list(_own_nodes(node))
    if any(isinstance(item, ast.Yield | ast.YieldFrom) for item in own):
        return None
    sizes = {_written_items(item.value) for item in own if isinstance(item, ast.Return)}
    return sizes.pop() if len(sizes) == 1 else None


def _written_items(value: ast.expr | None) -> int | None:
    if not isinstance(value, ast.Tuple):
        return None
    return None if any(isinstance(item, ast.Starred) for item in value.elts) else len(value.elts)


class _Reading:
    """One function's source, and the names that it sees."""

    def __init__(self, function: Any, depth: int) -> None:
        self._function = getattr(function, "__func__", function)
        self._depth = depth
        self._node = source_of(self._function)
        self._outer = _closure(self._function)
        self._locals = _bindings(self._node) if self._node is not None else {}

    def result(self) -> tuple[str | None, list[str]]:
        if self._node is None:
            return None, ["?"]
        returned = [node.value for node in _own_nodes(self._node) if isinstance(node, ast.Return)]
        kinds = {ast.unparse(node): self._kind(node) for node in returned if node is not None}
        unknown = [text for text, kind in kinds.items() if kind == "unknown"]
        found = set(kinds.values())
        return found.pop() if len(found) == 1 and not found & {
            "plain",
            "unknown",
        } else None, unknown

    def _kind(self, node: ast.expr) -> str:
        """`plain`, `coroutine`, `async generator` or `unknown`."""
        match node:
            case ast.Call(func=func):
                return self._of_call(func)
            case ast.IfExp(body=first, orelse=second):
                return _either([self._kind(first), self._kind(second)])
            case ast.BoolOp(values=values):
                return _either([self._kind(value) for value in values])
            case ast.Name(id=name) if name in self._locals:
                return self._of_local(name)
            case ast.Name(id=name) if name in self._parameters():
                return "plain"
            case ast.Await() | ast.Yield() | ast.YieldFrom():
                return "plain"
        return "plain" if isinstance(node, _VALUES) else "unknown"

    def _of_local(self, name: str) -> str:
        bound = self._locals[name]
        if self._depth >= _DEPTH or not all(isinstance(node, ast.Assign) for node in bound):
            return "unknown"
        self._depth += 1
        kinds = [self._kind(node.value) for node in bound if isinstance(node, ast.Assign)]
        self._depth -= 1
        return _either(kinds)

    def _of_call(self, func: ast.expr) -> str:
        match func:
            case ast.Name(id=name) if name in self._locals:
                inner = self._locals[name]
                if len(inner) == 1 and isinstance(inner[0], ast.AsyncFunctionDef):
                    yields = any(isinstance(node, ast.Yield) for node in _own_nodes(inner[0]))
                    return "async generator" if yields else "coroutine"
                return "unknown"
            case ast.Attribute(value=value) if isinstance(value, _TEXTS):
                return "plain"
            case ast.Attribute(attr=name) if name in _TASKS:
                return "coroutine"
            case ast.Attribute(attr="run_until_complete"):
                return "plain"
        found = self._object(func)
        return "unknown" if found is None or self._depth >= _DEPTH else self._of_object(found)

    def _of_object(self, found: Any) -> str:
        while isinstance(found, functools.partial):
            found = found.func
        found = _unbound(found)
        if inspect.iscoroutinefunction(found):
            return "coroutine"
        if inspect.isasyncgenfunction(found):
            return "async generator"
        if isinstance(found, type):
            asks = ("__await__", "__aiter__", "__aenter__")
            return "unknown" if any(hasattr(found, name) for name in asks) else "plain"
        if inspect.isfunction(found):
            if str(found.__module__).partition(".")[0] == "asyncio":
                return _of_asyncio(found.__name__)
            kind, unknown = _Reading(found, self._depth + 1).result()
            return kind or ("unknown" if unknown else "plain")
        if inspect.isbuiltin(found):
            anything = found.__name__ in _ANYTHING or found.__module__ != "builtins"
            return "unknown" if anything else "plain"
        return "unknown"

    def _object(self, node: ast.expr) -> Any:
        """What a name or a chain of attributes denotes, without running code of the package."""
        match node:
            case ast.Name(id=name) if name not in self._parameters():
                known: Mapping[str, Any] = getattr(self._function, "__globals__", {})
                return {**vars(builtins), **known, **self._outer}.get(name)
            case ast.Attribute(value=ast.Name(id=name), attr=attribute) if (
                name in self._parameters()[:1] and name not in self._locals
            ):
                return _static(_owner(self._function), attribute)
            case ast.Attribute(value=inner, attr=attribute):
                return _static(self._object(inner), attribute)
        return None

    def _parameters(self) -> list[str]:
        code = self._function.__code__
        count = code.co_argcount + code.co_kwonlyargcount
        return list(code.co_varnames[: count + 2])


def body(function: Any) -> str | None:
    """A text for what a function does with its parameters by place, whatever they are called.

    Equal for two functions that differ in names of parameters and variables alone, and so do those
    of their package which they call. None for what is not written in Python.
    """
    if not inspect.isfunction(function) or hasattr(function, "__wrapped__"):
        return None
    seen: dict[Any, object] = {}
    pending = [function]
    while pending and len(seen) < _MOST_BODIES:
        item = pending.pop(0)
        if item not in seen:
            seen[item] = _instructions(item.__code__)
            pending.extend(_called_by(item))
    return hashlib.sha256(repr(list(seen.values())).encode()).hexdigest()[:16]


def _called_by(function: Any) -> Iterator[Any]:
    """The functions of its own package that a function may call by the names in its code."""
    root = str(function.__module__).partition(".")[0]
    places = (getattr(function, "__globals__", {}), vars(_owner(function) or object))
    for name in function.__code__.co_names:
        for place in places:
            found = _unbound(place.get(name))
            if inspect.isfunction(found) and str(found.__module__).partition(".")[0] == root:
                yield found


def _instructions(code: types.CodeType) -> tuple[object, ...]:
    constants = [
        _instructions(item) if inspect.iscode(item) else repr(item) for item in code.co_consts
    ]
    return code.co_code, code.co_names, code.co_freevars, constants


def _owner(function: Any) -> type | None:
    """The class in whose body a function stands."""
    found: Any = None
    known: Mapping[str, Any] = getattr(function, "__globals__", {})
    for part in function.__qualname__.split(".")[:-1]:
        found = known.get(part) if found is None else _static(found, part)
    return found if isinstance(found, type) else None


def _of_asyncio(name: str) -> str:
    return "coroutine" if name in _TASKS else "plain" if name == "run" else "unknown"


def _either(kinds: list[str]) -> str:
    found = set(kinds)
    return found.pop() if len(found) == 1 else "unknown"


def _static(owner: Any, name: str) -> Any:
    """An attribute of a class or module, without what computes it."""
    if not (isinstance(owner, type) or inspect.ismodule(owner)):
        return None
    return _unbound(inspect.getattr_static(owner, name, None))


def _unbound(found: Any) -> Any:
    """The function in a method; anything else is not asked, as a proxy may refuse."""
    kinds = (staticmethod, classmethod, types.MethodType)
    return found.__func__ if type(found) in kinds else found


def _closure(function: Any) -> dict[str, Any]:
    found: dict[str, Any] = {}
    cells = getattr(function, "__closure__", None) or ()
    for name, cell in zip(function.__code__.co_freevars, cells, strict=False):
        with contextlib.suppress(ValueError):  # not bound yet
            found[name] = cell.cell_contents
    return found


def source_of(function: Any) -> Functions | None:
    """A function's definition; None for what is not written in Python, or made by a program."""
    code = getattr(function, "__code__", None)
    return None if code is None else _defined(code.co_filename).get(code.co_firstlineno)


@functools.cache
def _defined(file: str) -> dict[int, Functions]:
    """The functions of a file, by their first line, which may be a decorator's."""
    try:
        tree = ast.parse("".join(linecache.getlines(file)))
    except SyntaxError:
        return {}
    found = [node for node in ast.walk(tree) if isinstance(node, Functions)]
    return {min(n.lineno for n in (node, *node.decorator_list)): node for node in found}


def _own_nodes(function: ast.AST) -> Iterator[ast.AST]:
    """The nodes of a function's body, those of functions and classes inside it left out."""
    pending: list[ast.AST] = list(getattr(function, "body", []))
    while pending:
        node = pending.pop()
        yield node
        if not isinstance(node, (*Functions.__args__, ast.ClassDef, ast.Lambda)):
            pending.extend(ast.iter_child_nodes(node))


@functools.cache
def _bindings(function: Functions) -> dict[str, list[ast.AST]]:
    """The names that a function binds, each with what binds it: an assignment of its own, or else
    any other node."""
    found: dict[str, list[ast.AST]] = {}
    simple: set[ast.AST] = set()
    for node in _own_nodes(function):
        if isinstance(node, ast.Assign) and len(node.targets) == 1:
            simple.add(node.targets[0])
        if node not in simple:
            for name in _bound(node):
                found.setdefault(name, []).append(node)
    return found


def _bound(node: ast.AST) -> list[str]:
    """The names that a node binds."""
    match node:
        case ast.Assign(targets=[ast.Name(id=name)]):
            return [name]
        case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
            return [name]
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            return [name]
        case ast.ExceptHandler(name=str() as name):
            return [name]
        case ast.Import(names=aliases) | ast.ImportFrom(names=aliases):
            return [alias.asname or alias.name.partition(".")[0] for alias in aliases]
    return []
