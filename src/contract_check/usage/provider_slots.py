"""Where what an expression of the provider's gives may have been kept."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace

from contract_check.usage.source_modules import SourceClass, SourceModule, SourceModules

NOTHING: frozenset[str] = frozenset()
_GIVING = frozenset("get pop popleft values items copy setdefault __getitem__".split())
"""Methods of collections that give what they keep."""
_SAME = frozenset(
    "list tuple set frozenset reversed sorted iter next enumerate zip cast chain dict".split()
)
"""Functions that give what they are given, or what is inside."""


@dataclass
class Context:
    """Where the reader is.

    Args:
        ref: of the outermost function.
        env: name to the slots of what it may hold.
        owner: the class whose method this is.
        sometimes: whether a condition leads here.
    """

    module: SourceModule
    ref: str
    env: dict[str, frozenset[str]]
    owner: SourceClass | None
    looks: Callable[[], tuple[tuple[str, str], ...]]
    sometimes: bool = False
    inner: dict[str, str] = field(default_factory=dict)

    def conditional(self) -> Context:
        return replace(self, sometimes=True)


class Slots:
    """Follows expressions to slots (`contract_check.model.code`).

    Args:
        modules: the provider's.
    """

    def __init__(self, modules: SourceModules) -> None:
        self.modules = modules
        self.kept: dict[str, set[str]] = {}

    def typed(self, module: SourceModule, annotation: ast.expr | None) -> Iterator[str]:
        """Slots of the provider's classes that an annotation names."""
        if annotation is None:
            return
        for node in ast.walk(annotation):
            match node:
                case ast.Constant(value=str() as text):
                    try:
                        yield from self.typed(module, ast.parse(text, mode="eval").body)
                    except (SyntaxError, ValueError):
                        continue
                case ast.Subscript(value=base, slice=inner):
                    if ast.unparse(base).rpartition(".")[2] in ("type", "Type"):
                        for slot in self.typed(module, inner):
                            yield slot.replace("instance ", "class ", 1)
                case ast.Name() | ast.Attribute():
                    ref = self.modules.resolve(module, ast.unparse(node))
                    if self.modules.class_of(ref) is not None:
                        yield f"instance {ref}"

    def owners(self, node: ast.expr, context: Context) -> tuple[str, ...]:
        """The classes that an expression is known to be an instance of, or to be."""
        found = (slot.partition(" ") for slot in self.slots_of(node, context))
        return tuple(ref for kind, _, ref in found if kind in ("instance", "class"))

    def slots_of(self, node: ast.expr | None, context: Context) -> frozenset[str]:
        """Where what an expression gives may have been kept."""
        match node:
            case ast.Name(id=name):
                return self._named(name, context)
            case ast.Attribute(value=value, attr=name):
                return self._attribute(value, name, context)
            case (
                ast.Subscript(value=value)
                | ast.Await(value=value)
                | ast.Starred(value=value)
                | ast.NamedExpr(value=value)
            ):
                return self.slots_of(value, context)
            case ast.IfExp(body=one, orelse=other):
                return self.slots_of(one, context) | self.slots_of(other, context)
            case ast.BoolOp(values=items) | ast.Tuple(elts=items) | ast.List(elts=items):
                return self.any_of(items, context)
            case ast.Set(elts=items):
                return self.any_of(items, context)
            case ast.Dict(values=items):
                return self.any_of(items, context)
            case ast.ListComp(elt=item, generators=generators):
                return self.any_of((item, *(part.iter for part in generators)), context)
            case ast.Call(func=function, args=arguments):
                return self._result(function, arguments, context)
        return NOTHING

    def any_of(self, items: Iterable[ast.expr], context: Context) -> frozenset[str]:
        return frozenset(slot for item in items for slot in self.slots_of(item, context))

    def _named(self, name: str, context: Context) -> frozenset[str]:
        if name in context.env:
            return context.env[name]
        found = context.module.names.get(name)
        if isinstance(found, ast.Assign | ast.AnnAssign):
            return frozenset((f"global {context.module.name}:{name}",))
        ref = self.modules.resolve(context.module, name) if isinstance(found, tuple) else None
        node = self.modules.definition(ref)[0] if ref is not None else None
        return (
            frozenset((f"global {ref}",))
            if isinstance(node, ast.Assign | ast.AnnAssign)
            else NOTHING
        )

    def _attribute(self, value: ast.expr, name: str, context: Context) -> frozenset[str]:
        found: set[str] = set()
        for owner in self.owners(value, context):
            for current in self.modules.lineage(owner):
                if name not in current.methods:
                    slot = f"attribute {current.ref}.{name}"
                    found |= {slot, *self.kept.get(slot, ())}
        return frozenset(found)

    def _result(
        self, function: ast.expr, arguments: list[ast.expr], context: Context
    ) -> frozenset[str]:
        match function:
            case ast.Attribute(value=value, attr=name) if name in _GIVING:
                return self.slots_of(value, context)
            case ast.Name(id=name) | ast.Attribute(attr=name) if name in _SAME:
                return self.any_of(arguments, context)
        made: set[str] = set()
        for slot in self.slots_of(function, context):
            kind, _, ref = slot.partition(" ")
            if kind == "class":
                made.add(f"instance {ref}")
            elif kind != "instance" and not slot.startswith("made "):
                made.add(f"made {slot}")
        return frozenset(made)
