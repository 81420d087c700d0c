"""Where a value comes from: the provider's function, class or constant, and the steps from there.

`stats = client.stats()` and then `stats["open"]`: the value comes from `prov:Client.stats` by a
call. Names are followed back to what was given to them, within one function.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from contract_check.reader.sides import Sides
from contract_check.reader.sources import Sources
from contract_check.reader.syntax import Source

Origin = tuple[str, tuple[str, ...]]
_DEEPEST = 8


class Origins:
    """Follows values back.

    Args:
        sources: the consumer's files.
        sides: types.
        roots: the provider's top-level import packages.
    """

    def __init__(self, sources: Sources, sides: Sides, roots: frozenset[str]) -> None:
        self._sources = sources
        self._sides = sides
        self._roots = roots

    def of(self, source: Source, node: ast.expr, deep: int = 0) -> Origin | None:
        """Where the value of an expression comes from, and by which steps; None if unknown."""
        if deep > _DEEPEST:
            return None
        named = self._named(source, node)
        if named is not None:
            return named, ()
        match node:
            case ast.Call(func=called):
                return _then(self.of(source, called, deep + 1), "call")
            case ast.Await(value=inner):
                return _then(self.of(source, inner, deep + 1), "await")
            case ast.NamedExpr(value=inner):
                return self.of(source, inner, deep + 1)
            case ast.Attribute(value=inner, attr=name):
                return _then(self.of(source, inner, deep + 1), f".{name}")
            case ast.Subscript(value=inner, slice=ast.Constant(value=str() as key)):
                return _then(self.of(source, inner, deep + 1), f"[{key!r}]")
            case ast.Subscript(value=inner):
                return _then(self.of(source, inner, deep + 1), "getitem")
            case ast.Name():
                return self._given(source, node, deep)
        return None

    def _named(self, source: Source, node: ast.expr) -> str | None:
        """What the provider calls an expression: a function, class, method or constant."""
        if isinstance(node, ast.Name):
            ref = self._sources.meaning(source, node.id)
            return ref if ref is not None and self._is_provided(ref) else None
        if isinstance(node, ast.Attribute):
            holder = self._sides.before(source, node.value)
            sign = {"module": ":", "class": ".", "instance": "."}.get(holder.form)
            owners = [ref for ref in holder.refs if self._is_provided(ref)]
            return f"{owners[0]}{sign}{node.attr}" if sign and len(owners) == 1 else None
        return None

    def _is_provided(self, ref: str) -> bool:
        return ref.partition(":")[0].partition(".")[0] in self._roots

    def _given(self, source: Source, node: ast.Name, deep: int) -> Origin | None:
        """What a name was given last before it is used, where that is in the same function."""
        for value, steps in givers(source, node):
            found = self.of(source, value, deep + 1)
            return None if found is None else (found[0], (*found[1], *steps))
        return None


def _then(origin: Origin | None, step: str) -> Origin | None:
    return None if origin is None else (origin[0], (*origin[1], step))


def givers(source: Source, node: ast.Name) -> Iterator[tuple[ast.expr, tuple[str, ...]]]:
    """The expressions that a name is given before a place, the nearest first, with the steps."""
    name = node.id
    for above in source.around(source.parents.get(node)):
        if isinstance(above, (ast.GeneratorExp, ast.ListComp, ast.SetComp, ast.DictComp)):
            for part in above.generators:
                if isinstance(part.target, ast.Name) and part.target.id == name:
                    yield part.iter, ("aiterate" if part.is_async else "iterate",)
                    return
        if isinstance(above, (ast.Module, ast.FunctionDef, ast.AsyncFunctionDef)):
            yield from _in_scope(above, name, node.lineno)
            return


def _in_scope(
    scope: ast.Module | ast.FunctionDef | ast.AsyncFunctionDef, name: str, line: int
) -> Iterator[tuple[ast.expr, tuple[str, ...]]]:
    found: list[tuple[int, ast.expr, tuple[str, ...]]] = []
    for node in ast.walk(scope):
        match node:
            case ast.Assign(targets=[ast.Name(id=other)], value=value) if other == name:
                found.append((node.lineno, value, ()))
            case ast.AnnAssign(target=ast.Name(id=other), value=ast.expr() as value):
                if other == name:
                    found.append((node.lineno, value, ()))
            case ast.NamedExpr(target=ast.Name(id=other), value=value) if other == name:
                found.append((node.lineno, value, ()))
            case ast.For(target=ast.Name(id=other), iter=value) if other == name:
                found.append((node.lineno, value, ("iterate",)))
            case ast.AsyncFor(target=ast.Name(id=other), iter=value) if other == name:
                found.append((node.lineno, value, ("aiterate",)))
            case ast.With(items=items) | ast.AsyncWith(items=items):
                step = "enter" if isinstance(node, ast.With) else "aenter"
                for item in items:
                    if isinstance(item.optional_vars, ast.Name) and item.optional_vars.id == name:
                        found.append((node.lineno, item.context_expr, (step,)))
    for _, value, steps in sorted(
        (item for item in found if item[0] <= line), key=lambda item: -item[0]
    ):
        yield value, steps
