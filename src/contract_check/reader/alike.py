"""Whether a package tells a type checker the same on both sides."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

_MOST = 200
"""Files that are compared; where more differ, it is quicker to run the checker."""
_VERSIONS = frozenset({"__version__", "version", "VERSION", "_version"})
"""Names of texts that every release changes."""


def tells_the_same(before: Mapping[str, Path], now: Mapping[str, Path]) -> bool:
    """Whether all that a type checker reads in a package's files is the same on both sides.

    What differs may be docstrings, comments, the text of a version, and the bodies of functions
    whose annotations say what they return.

    Args:
        before: the files of one side, by the names that they have on both.
        now: those of the other.
    """
    if before.keys() != now.keys() or not now:
        return False
    try:
        differing = [
            name for name, path in now.items() if path.read_bytes() != before[name].read_bytes()
        ]
    except OSError:
        return False
    return len(differing) <= _MOST and all(_alike(before[name], now[name]) for name in differing)


def _alike(one: Path, other: Path) -> bool:
    if one.suffix != ".py":
        return False
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # escapes that are invalid are not our concern
            trees = [_Interface().visit(ast.parse(path.read_bytes())) for path in (one, other)]
            return ast.dump(trees[0]) == ast.dump(trees[1])
    except (OSError, SyntaxError, ValueError, RecursionError):
        return False


class _Interface(ast.NodeTransformer):
    """Leaves of a module what other modules see of it."""

    def visit_Expr(self, node: ast.Expr) -> ast.AST | None:
        return None if isinstance(node.value, ast.Constant) else node

    def visit_Assign(self, node: ast.Assign) -> ast.AST:
        names = {target.id for target in node.targets if isinstance(target, ast.Name)}
        text = isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
        if text and len(names) == len(node.targets) and names <= _VERSIONS:
            return ast.copy_location(ast.Assign(node.targets, ast.Constant("")), node)
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        return _without_body(node)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AST:
        return _without_body(node)


def _without_body(node: ast.FunctionDef | ast.AsyncFunctionDef) -> ast.AST:
    """A function, without its body where nobody learns anything from that."""
    if node.returns is None or any(map(_shows, _below(node.body))):
        return node
    node.body = [ast.Expr(ast.Constant(_is_empty(node.body)))]
    return node


def _shows(node: ast.AST) -> bool:
    """Whether a part of a body gives an attribute or a global name."""
    stores = isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store)
    return stores or isinstance(node, (ast.Global, ast.Yield, ast.YieldFrom))


def _below(body: Iterable[ast.stmt]) -> Iterator[ast.AST]:
    for statement in body:
        yield from ast.walk(statement)


def _is_empty(body: Iterable[ast.stmt]) -> bool:
    """Whether a function only stands for those that implement it."""
    return all(
        isinstance(item, (ast.Pass, ast.Raise))
        or (isinstance(item, ast.Expr) and isinstance(item.value, ast.Constant))
        for item in body
    )
