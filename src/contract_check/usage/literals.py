"""The literal values that a call of the consumer's passes on, as Python source."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from contract_check.usage.outcomes import FunctionNode
from contract_check.usage.values import Module

_HOLE = ast.Constant(...)
_LONGEST = 4000


def literals(node: ast.Call, module: Module) -> Iterator[tuple[str, str]]:
    """The arguments that are literals, or names that the module binds to nothing but one.

    Args:
        node: the call; positions after a `*` can't be numbered.
        module: where it stands.

    Returns:
        Keyword, or position as text, to Python source, in the order of the call; `...` stands for
        what is not known inside a list or dictionary. A loop over literals gives each of them.
    """
    for position, arg in enumerate(node.args):
        if isinstance(arg, ast.Starred):
            break
        for text in _texts(arg, module):
            yield str(position), text
    for keyword in node.keywords:
        if keyword.arg is not None:
            for text in _texts(keyword.value, module):
                yield keyword.arg, text


def spelled_out(node: ast.Call, module: Module) -> ast.Call:
    """A call with `*` of a tuple or list that is written out, as its arguments: `*(1, 2)`; and with
    `**` of a dictionary, as its keywords: `**{"a": 1}`, or the name of one that nothing in the
    module changes."""
    if not any(isinstance(item, ast.Starred) for item in node.args) and all(
        keyword.arg is not None for keyword in node.keywords
    ):
        return node
    placed: list[ast.expr] = []
    for item in node.args:
        match item:
            case ast.Starred(value=ast.Tuple(elts=items) | ast.List(elts=items)):
                placed += items
            case _:
                placed.append(item)
    keywords: list[ast.keyword] = []
    for keyword in node.keywords:
        value: ast.expr | None = keyword.value
        if keyword.arg is None and isinstance(value, ast.Name):
            value = module.mappings.get(value.id)
        named = _named(value) if keyword.arg is None else None
        keywords += [keyword] if named is None else named
    return ast.copy_location(ast.Call(node.func, placed, keywords), node)


def with_kept_keys(node: ast.Call, function: FunctionNode | None, module: Module) -> ast.Call:
    """A call with `**options` of a function's own dictionary, and the keys that are put into it
    by then: `options = {"a": 1}`, `options["b"] = 2`. There may be more of them."""
    names = [
        keyword.value.id
        for keyword in node.keywords
        if keyword.arg is None
        and isinstance(keyword.value, ast.Name)
        and keyword.value.id not in module.mappings  # which nothing changes
    ]
    if function is None or not names:
        return node
    given = {keyword.arg for keyword in node.keywords}
    kept = {key: value for name in names for key, value in _kept(function, name, node.lineno)}
    more = [ast.keyword(key, value) for key, value in kept.items() if key not in given]
    return ast.copy_location(ast.Call(node.func, node.args, [*node.keywords, *more]), node)


def _kept(function: FunctionNode, name: str, line: int) -> list[tuple[str, ast.expr]]:
    """The keys that are put into a dictionary between its last assignment and a line."""
    found: dict[str, ast.expr] = {}
    nodes = [item for item in ast.walk(function) if getattr(item, "lineno", line) < line]
    for node in sorted(nodes, key=lambda item: getattr(item, "lineno", 0)):
        match node:
            case ast.Assign(targets=[ast.Name(id=target)], value=value) if target == name:
                found = {item.arg: item.value for item in _named(value) or () if item.arg}
            case ast.AnnAssign(target=ast.Name(id=target), value=ast.expr() as value) if (
                target == name
            ):
                found = {item.arg: item.value for item in _named(value) or () if item.arg}
            case ast.Assign(
                targets=[
                    ast.Subscript(value=ast.Name(id=target), slice=ast.Constant(value=str() as key))
                ],
                value=value,
            ) if target == name:
                found[key] = value
            case ast.Call(func=ast.Attribute(value=ast.Name(id=target), attr=method)) if (
                target == name
            ):
                _changed(found, method, node)
            case ast.Delete() if name in {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}:
                found = {}
    return list(found.items())


def _changed(found: dict[str, ast.expr], method: str, node: ast.Call) -> None:
    """What a method of a dictionary puts into it, or takes out."""
    match method, node.args:
        case "update", []:
            found.update({item.arg: item.value for item in node.keywords if item.arg})
        case "update", [given] if (named := _named(given)) is not None:
            found.update({item.arg: item.value for item in named if item.arg})
        case "setdefault", [ast.Constant(value=str() as key), value]:
            found.setdefault(key, value)
        case "pop", [ast.Constant(value=str() as key), *_]:
            found.pop(key, None)
        case (("get" | "items" | "keys" | "values" | "copy"), _):
            pass
        case _:
            found.clear()


def _named(value: ast.expr | None) -> list[ast.keyword] | None:
    """The keywords that `**` of a dictionary stands for."""
    match value:
        case ast.Dict(keys=keys, values=items):
            named = [
                ast.keyword(key.value, item)
                for key, item in zip(keys, items, strict=True)
                if isinstance(key, ast.Constant) and isinstance(key.value, str)
            ]
            return named if len(named) == len(keys) else None
        case ast.Call(func=ast.Name(id="dict"), args=[], keywords=keywords):
            if all(keyword.arg is not None for keyword in keywords):
                return keywords
    return None


def _texts(node: ast.expr, module: Module) -> Iterator[str]:
    values = module.constants.get(node.id, ()) if isinstance(node, ast.Name) else (node,)
    for value in values:
        found = _literal(value, module)
        text = "" if found is _HOLE else ast.unparse(found)
        if text and len(text) <= _LONGEST:
            yield text


def _literal(node: ast.expr, module: Module) -> ast.expr:
    """The expression with `...` for each part that is no literal."""
    match node:
        case ast.Constant() | ast.UnaryOp(op=ast.USub(), operand=ast.Constant()):
            return node
        case ast.Name(id=name) if len(values := module.constants.get(name, ())) == 1:
            return values[0]
        case ast.Dict(keys=keys, values=items) if all(isinstance(k, ast.Constant) for k in keys):
            return ast.Dict(keys, [_literal(item, module) for item in items])
        case ast.List(elts=items) | ast.Tuple(elts=items) if not any(
            isinstance(item, ast.Starred) for item in items
        ):
            parts = [_literal(item, module) for item in items]
            known = not parts or any(part is not _HOLE for part in parts)
            return ast.List(parts, ast.Load()) if known else _HOLE
    return _HOLE
