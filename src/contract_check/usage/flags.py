"""Flags of the consumer's own that say what is installed: `NEW = VERSION >= (2, 0)`."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence

Ground = ast.expr | ast.alias
Grounds = Mapping[str, Sequence[Ground]]


def grounds(tree: ast.Module) -> Grounds:
    """What the values of a module's own names rest on, as its top level says.

    Returns:
        Name to the expressions that are assigned to it, the tests that it is assigned under, and
        the modules that a `try` around it imports.
    """
    found: dict[str, list[Ground]] = {}
    for name, expressions in _assigned(tree.body, ()):
        found.setdefault(name, []).extend(expressions)
    return found


def _assigned(
    body: Sequence[ast.stmt], around: tuple[Ground, ...]
) -> Iterator[tuple[str, tuple[Ground, ...]]]:
    for statement in body:
        match statement:
            case ast.Assign(targets=targets, value=value):
                for target in targets:
                    if isinstance(target, ast.Name):
                        yield target.id, (value, *around)
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                yield name, (value, *around)
            case ast.If(test=test, body=inner, orelse=other):
                yield from _assigned([*inner, *other], (test, *around))
            case ast.Try(body=inner, handlers=handlers, orelse=other):
                tried = (*_imported(inner), *around)
                handled = [item for handler in handlers for item in handler.body]
                yield from _assigned([*inner, *handled, *other], tried)


def _imported(body: Sequence[ast.stmt]) -> Iterator[ast.alias]:
    """The modules that statements import."""
    for statement in body:
        match statement:
            case ast.Import(names=names):
                yield from names
            case ast.ImportFrom(module=str(module), level=0):
                yield ast.alias(module)


def asks_for_versions(expression: ast.expr) -> bool:
    """Whether an expression asks for a version of what is installed, or of Python."""
    text = ast.unparse(expression)
    return "version_info" in text or "version(" in text


def names_in(expression: ast.expr) -> Iterator[str]:
    """The names that an expression reads."""
    for node in ast.walk(expression):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            yield node.id


def owners_of_versions(expression: ast.expr) -> Iterator[str]:
    """The names off which an expression reads a version, as in `provider.__version__`."""
    for node in ast.walk(expression):
        if isinstance(node, ast.Attribute) and "version" in node.attr.lower():
            owner = node.value
            while isinstance(owner, ast.Attribute):
                owner = owner.value
            if isinstance(owner, ast.Name):
                yield owner.id
