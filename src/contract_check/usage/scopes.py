"""Python's lexical rules: which names are a block's own, and what a name denotes there."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator
from dataclasses import dataclass, field

from contract_check.usage.outcomes import FunctionNode
from contract_check.usage.values import UNKNOWN, External, Scope, Value
from contract_check.usage.world import World

_BUILTINS = frozenset(dir(builtins))


@dataclass
class Survey:
    """What a function's body binds, its nested functions and classes left out.

    Args:
        stores: `self.x = value` and the like: attribute, object's name, value, annotation.
        shared: names declared `global` or `nonlocal`.
    """

    names: set[str] = field(default_factory=set)
    shared: set[str] = field(default_factory=set)
    global_names: set[str] = field(default_factory=set)
    stores: list[tuple[str, str, ast.expr | None, ast.expr | None]] = field(default_factory=list)


def survey(node: FunctionNode, *, walrus: bool) -> Survey:
    """Reads a function's body for what it binds.

    Args:
        walrus: whether the file uses `:=` at all; only then are expressions looked into.
    """
    found = Survey()
    todo: list[ast.AST] = list(reversed(node.body))
    while todo:
        statement = todo.pop()
        _survey_statement(statement, found)
        if walrus:
            found.names.update(_walrus_targets(statement))
        if not isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            todo.extend(reversed(list(_blocks(statement))))
    found.names -= found.shared
    return found


def _blocks(statement: ast.AST) -> Iterator[ast.AST]:
    """The statements, handlers and cases directly inside a statement."""
    for name in ("body", "handlers", "orelse", "finalbody", "cases"):
        inner = getattr(statement, name, None)
        if isinstance(inner, list):
            yield from inner


def _survey_statement(statement: ast.AST, found: Survey) -> None:
    match statement:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            found.names.add(name)
        case ast.Import(names=aliases) | ast.ImportFrom(names=aliases):
            found.names.update(alias.asname or alias.name.split(".")[0] for alias in aliases)
        case ast.Global(names=names):
            found.shared.update(names)
            found.global_names.update(names)
        case ast.Nonlocal(names=names):
            found.shared.update(names)
        case ast.Assign(targets=targets, value=value):
            for target in targets:
                _survey_target(target, found, value, None)
        case ast.AnnAssign(target=target, value=annotated_value, annotation=annotation):
            _survey_target(target, found, annotated_value, annotation)
        case ast.AugAssign(target=target) | ast.For(target=target) | ast.AsyncFor(target=target):
            _survey_target(target, found, None, None)
        case ast.Delete(targets=targets):
            for target in targets:
                _survey_target(target, found, None, None)
        case ast.With(items=items) | ast.AsyncWith(items=items):
            for item in items:
                if item.optional_vars is not None:
                    _survey_target(item.optional_vars, found, None, None)
        case ast.ExceptHandler(name=str() as name):
            found.names.add(name)
        case ast.match_case(pattern=pattern):
            found.names.update(pattern_names(pattern))


def _survey_target(
    target: ast.expr, found: Survey, value: ast.expr | None, annotation: ast.expr | None
) -> None:
    match target:
        case ast.Name(id=name):
            found.names.add(name)
        case ast.Attribute(value=ast.Name(id=owner), attr=attribute):
            found.stores.append((attribute, owner, value, annotation))
        case ast.Tuple(elts=items) | ast.List(elts=items):
            for item in items:
                _survey_target(item, found, None, None)
        case ast.Starred(value=inner):
            _survey_target(inner, found, None, None)


def pattern_names(pattern: ast.pattern) -> Iterator[str]:
    """The names a match pattern binds."""
    for node in ast.walk(pattern):
        match node:
            case ast.MatchAs(name=str() as name) | ast.MatchStar(name=str() as name):
                yield name
            case ast.MatchMapping(rest=str() as name):
                yield name


def _walrus_targets(statement: ast.AST) -> Iterator[str]:
    """Names bound by `:=` in a statement's own expressions."""
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return
    for child in ast.iter_child_nodes(statement):
        if isinstance(child, ast.expr | ast.withitem):
            for node in ast.walk(child):
                if isinstance(node, ast.NamedExpr) and isinstance(node.target, ast.Name):
                    yield node.target.id


def holder(scope: Scope, name: str) -> Scope | None:
    """The block whose name this is, or None if it is nobody's (a builtin, a star import's)."""
    current: Scope | None = scope
    while current is not None:
        visible = current.kind != "class" or current is scope
        if visible and (name in current.local or name in current.vars):
            return current
        current = current.parent
    return None


def lookup(world: World, scope: Scope, name: str) -> Value:
    """What a name denotes in a block, links not followed."""
    current: Scope | None = scope
    while current is not None:
        if current.kind != "class" or current is scope:
            if name in current.narrowed:
                return current.narrowed[name]
            if name in current.vars:
                return current.vars[name]
            if name in current.local:
                return UNKNOWN
        current = current.parent
    if name in _BUILTINS:
        return External(f"builtins.{name}")
    return world.starred(scope.module, name)


def shown(scope: Scope, node: ast.Attribute) -> Value | None:
    """What a test has shown of an attribute for a while: of `Fs.protocol`, by its spelling."""
    current: Scope | None = scope
    spelled = ""
    while current is not None:
        if current.narrowed and (current.kind != "class" or current is scope):
            spelled = spelled or ast.unparse(node)
            if spelled in current.narrowed:
                return current.narrowed[spelled]
        current = current.parent
    return None


def binding_scope(scope: Scope, name: str) -> Scope:
    """The block that an assignment to a name binds it in."""
    current = scope
    while current.kind == "comprehension" and current.parent is not None:
        current = current.parent
    if name not in current.shared:
        return current
    outer = holder(current.parent, name) if current.parent is not None else None
    return outer or current.module.scope
