"""Small questions about syntax that the reader of the provider's own code asks."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from contract_check.usage.source_modules import FunctionNode, SourceClass

_LOOKING = frozenset(
    "signature getfullargspec hasattr getattr isinstance issubclass iscoroutinefunction "
    "isawaitable iscoroutine isgeneratorfunction".split()
)
_TOLERANT = frozenset(("TypeError", "AttributeError"))


def method_of(line: list[SourceClass], name: str) -> tuple[str, FunctionNode | None]:
    """The first method of a name along a line of classes, and its ref."""
    for current in line:
        if name in current.methods:
            return f"{current.ref}.{name}", current.methods[name]
    return "", None


def parameters_of(node: FunctionNode) -> tuple[list[str], frozenset[str] | None]:
    """The names by position, and those that can be given by name; None where any can."""
    arguments = node.args
    placed = [item.arg for item in (*arguments.posonlyargs, *arguments.args)]
    named = {item.arg for item in (*arguments.args, *arguments.kwonlyargs)}
    return placed, None if arguments.kwarg is not None else frozenset(named)


def looks_of(node: FunctionNode) -> Iterator[tuple[str, str]]:
    """What a function asks of something before it is called, as (function, source)."""
    for item in ast.walk(node):
        match item:
            case ast.Call(func=function) if last_name(function) in _LOOKING:
                yield last_name(function), ast.unparse(item)
            case ast.Attribute(attr="co_argcount" | "__code__"):
                yield "signature", ast.unparse(item)
            case ast.ExceptHandler(type=ast.expr() as caught):
                names = {last_name(name) for name in ast.walk(caught) if isinstance(name, ast.expr)}
                if names & _TOLERANT:
                    yield "signature", f"except {ast.unparse(caught)}"


def leaves(node: ast.If) -> bool:
    """Whether what follows a condition is not always reached."""
    return any(isinstance(item, ast.Return | ast.Continue | ast.Break) for item in ast.walk(node))


def last_name(node: ast.expr) -> str:
    """The last name of `a.b.c`."""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


def root_name(node: ast.expr) -> str:
    """The first name of `a.b.c`."""
    while isinstance(node, ast.Attribute | ast.Subscript | ast.Call):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else ""


def is_dotted(node: ast.expr) -> bool:
    """Whether an expression is names with dots between them."""
    while isinstance(node, ast.Attribute):
        node = node.value
    return isinstance(node, ast.Name)
