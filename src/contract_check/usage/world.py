"""What is known about the consumer's modules, classes and annotations, across all its files."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping

from contract_check.usage.outcomes import FunctionNode, outcomes
from contract_check.usage.record import Recorder
from contract_check.usage.source_modules import SourceModules
from contract_check.usage.sources import below
from contract_check.usage.values import (
    NONE,
    UNKNOWN,
    Alias,
    ClassInfo,
    ConsumerClass,
    Container,
    External,
    Function,
    FunctionInfo,
    Instance,
    Link,
    MapValue,
    Module,
    ModuleValue,
    NoneValue,
    Pending,
    Scope,
    Symbol,
    TupleValue,
    Unknown,
    Value,
    join,
    known,
)

FieldTypes = Mapping[str, Mapping[str, str]]
Evaluate = Callable[[ast.expr, Scope], Value]

_WRAPPERS = {"Optional", "Annotated", "Final", "ClassVar", "Required", "NotRequired", "ReadOnly"}
_CONTAINERS = {
    "list", "List", "set", "Set", "frozenset", "FrozenSet", "deque", "Deque", "Sequence",
    "MutableSequence", "Iterable", "Iterator", "Collection", "Generator", "AsyncIterable",
    "AsyncIterator", "AsyncGenerator", "AbstractSet", "MutableSet", "Reversible",
}  # fmt: skip
_MAPS = {
    "dict", "Dict", "Mapping", "MutableMapping", "defaultdict", "DefaultDict", "OrderedDict",
}  # fmt: skip
_AWAITABLES = {"Awaitable", "Coroutine", "Future", "Task"}
_TRANSPARENT = {
    "property", "cached_property", "staticmethod", "classmethod", "cache", "lru_cache", "override",
}  # fmt: skip
"""Decorators that hand on what the function returns."""
_DEEPEST = 8
"""How many functions without an annotation are followed into one another."""


class World:
    """The consumer's modules and how names and types run between them.

    Args:
        modules: the consumer's modules that were parsed, by name.
        own: the names of all its modules, parsed or not.
        roots: the provider's modules (what lies below them is the provider's too).
        field_types: class ref to field to class ref, where somebody knows.
        others: all its modules again, for definitions in those that were not parsed.
        submodules: says whether `from package import name` gives that module of the provider's.
    """

    def __init__(
        self,
        modules: dict[str, Module],
        own: frozenset[str],
        roots: frozenset[str],
        field_types: FieldTypes,
        others: SourceModules,
        submodules: Callable[[str], bool] = lambda _module: False,
    ) -> None:
        self.others = others
        self._is_submodule = submodules
        self.modules = modules
        self.recorder = Recorder()
        self.classes: list[ClassInfo] = []
        self.pending: list[tuple[FunctionInfo, Scope]] = []
        self.known_modules: set[str] = set(roots)
        self._own = own
        self._packages = {
            ".".join(parts[:length])
            for parts in (name.split(".") for name in own)
            for length in range(1, len(parts) + 1)
        }
        self._roots = roots
        self._field_types = field_types
        self._attributes: dict[tuple[ClassInfo, str], Value] = {}
        self._returns: dict[FunctionInfo, Value] = {}
        self._inferring = 0
        self.execute: Callable[[Module], None] = lambda _module: None
        self.evaluate: Evaluate = lambda _node, _scope: UNKNOWN
        self.parameters: Callable[[FunctionInfo], Scope] = lambda info: info.scope

    # --- modules -------------------------------------------------------------------------

    def is_provider(self, module: str) -> bool:
        return module not in self._own and below(module, self._roots)

    def is_consumer(self, module: str) -> bool:
        return module in self._packages

    def imported_module(self, module: str) -> Value:
        """What `import module` makes available under its full name."""
        if self.is_provider(module):
            self.known_modules.add(module)
            return ModuleValue(module)
        if self.is_consumer(module) or self._leads_to_provider(module):
            return ModuleValue(module)
        return External(module)

    def imported_name(self, module: str, name: str) -> Value:
        """What `from module import name` makes available."""
        if self.is_provider(module):
            self.known_modules.add(module)
            inner = f"{module}.{name}"
            return (
                self.imported_module(inner) if self._is_submodule(inner) else Symbol(module, name)
            )
        if self.is_provider(f"{module}.{name}"):
            return self.imported_module(f"{module}.{name}")
        if self.is_consumer(module):
            return Link(module, name)
        return External(f"{module}.{name}")

    def _leads_to_provider(self, module: str) -> bool:
        """Whether it is a namespace package that a provider root lies in."""
        return any(root.startswith(module + ".") for root in self._roots)

    def resolve(self, value: Value) -> Value:
        """The value behind links; a symbol that is known to be a module becomes that."""
        seen = set()
        while isinstance(value, Link):
            if value in seen:
                return UNKNOWN
            seen.add(value)
            value = self._export(value.module, value.name)
        if isinstance(value, Symbol) and "." not in value.qualname:
            module = f"{value.module}.{value.qualname}"
            if module in self.known_modules:
                return ModuleValue(module)
        return value

    def export(self, module: str, name: str) -> Value:
        """What a consumer module offers under a name."""
        return self.resolve(self._export(module, name))

    def _export(self, name_of_module: str, name: str) -> Value:
        module = self.modules.get(name_of_module)
        if module is not None:
            self.execute(module)
            value = module.scope.vars.get(name)
            if value is not None:
                return value
        submodule = f"{name_of_module}.{name}"
        if self.is_consumer(submodule) or self.is_provider(submodule):
            return self.imported_module(submodule)
        return self.starred(module, name) if module is not None else UNKNOWN

    def starred(self, module: Module, name: str) -> Value:
        """A name no statement binds: a provider's, if only its star import can have bound it."""
        if name.startswith("_"):
            return UNKNOWN  # a star import leaves those out
        if len(module.stars) == 1 and self.is_provider(module.stars[0]):
            return Symbol(module.stars[0], name)
        return UNKNOWN

    def public_names(self, module_name: str) -> list[str]:
        """What `from module import *` takes from a consumer module."""
        module = self.modules.get(module_name)
        if module is None:
            return []
        self.execute(module)
        if module.exports is not None:
            return module.exports
        return [name for name in module.scope.vars if not name.startswith("_")]

    # --- classes -------------------------------------------------------------------------

    def bases(self, info: ClassInfo) -> Iterator[Symbol | ConsumerClass]:
        for base in info.bases:
            value = self.resolve(base)
            if isinstance(value, Symbol) or (
                isinstance(value, ConsumerClass) and value.info is not info
            ):
                yield value

    def lineage(self, info: ClassInfo) -> list[ClassInfo]:
        """The class and the consumer's classes it derives from, nearest first."""
        found: dict[ClassInfo, None] = {}
        todo = [info]
        while todo:
            current = todo.pop(0)
            if current not in found:
                found[current] = None
                bases = [b.info for b in self.bases(current) if isinstance(b, ConsumerClass)]
                todo = bases + todo
        return list(found)

    def providers(self, info: ClassInfo) -> list[Symbol]:
        """The nearest provider class behind each base, in order."""
        found: dict[Symbol, None] = {}
        self._collect_providers(info, found, set())
        return list(found)

    def _collect_providers(
        self, info: ClassInfo, found: dict[Symbol, None], seen: set[ClassInfo]
    ) -> None:
        if info in seen:
            return
        seen.add(info)
        for base in self.bases(info):
            if isinstance(base, Symbol):
                found[base] = None
            else:
                self._collect_providers(base.info, found, seen)

    def provider(self, info: ClassInfo) -> Symbol | None:
        return next(iter(self.providers(info)), None)

    # --- types ---------------------------------------------------------------------------

    def field_type(self, owner: Symbol, member: str) -> Value:
        ref = self._field_types.get(owner.ref, {}).get(member)
        if ref is None or ":" not in ref:
            return UNKNOWN
        module, _, qualname = ref.partition(":")
        return Instance(Symbol(module, qualname))

    def returned(self, info: FunctionInfo, receiver: Value | None) -> Value:
        """What a call of a consumer function yields, by its annotation or its ways out."""
        value = self._returned(info)
        if _gives_its_own(info, value):
            value = (
                Instance(receiver) if isinstance(receiver, ConsumerClass) else receiver or UNKNOWN
            )
        asynchronous = isinstance(info.node, ast.AsyncFunctionDef)
        return Pending(value) if asynchronous else value

    def _returned(self, info: FunctionInfo) -> Value:
        if info not in self._returns:
            self._returns[info] = UNKNOWN  # it may call itself
            if info.node.returns is not None:
                self._returns[info] = self.annotated(info.node.returns, info.scope)
            elif self._inferring < _DEEPEST and _is_plain(info.node):
                self._inferring += 1
                with self.recorder.muted():
                    self._returns[info] = self._inferred(info)
                self._inferring -= 1
        return self._returns[info]

    def _inferred(self, info: FunctionInfo) -> Value:
        """What a function without an annotation returns, or yields, in all of its ways out."""
        found = outcomes(info.node)
        if not found.returned and not found.yielded:
            return UNKNOWN
        scope = self.parameters(info)
        for name, expression in found.assigned.items():
            scope.vars[name] = self.resolve(self.evaluate(expression, scope))
        result: Value = NONE
        for expression in found.yielded or found.returned:
            result = join(result, self.resolve(self.evaluate(expression, scope)))
        return Container(result) if found.yielded else result

    def attribute(self, info: ClassInfo, name: str, receiver: Value) -> Value | None:
        """An attribute of a consumer class that its own body or methods define, else None."""
        for current in self.lineage(info):
            if name in current.methods:
                method = current.methods[name]
                if method.kind == "property":
                    return self.returned(method, receiver)
                return Function(method, receiver)
            if name in current.fields or name in current.annotated:
                return self._attribute_type(current, name)
            if name in current.constants:
                return self.resolve(current.constants[name])
            if name in current.members:
                return UNKNOWN
        return None

    def initializer(self, owner: ConsumerClass) -> Function | None:
        """What constructing a consumer class runs first, where the classes that it derives from
        stand in one line: there `super()` leads to the base."""
        line = self.lineage(owner.info)
        if any(len(i.node.bases) > 1 or i.node.keywords or "__new__" in i.methods for i in line):
            return None
        found = self.attribute(owner.info, "__init__", Instance(owner))
        return found if isinstance(found, Function) else None

    def assigned(self, info: ClassInfo, name: str) -> tuple[Value, bool] | None:
        """An attribute its methods assign on `self`: its type, and whether the initializer does."""
        for current in self.lineage(info):
            if name in current.assigned:
                return self._attribute_type(current, name), name in current.early
        return None

    def _attribute_type(self, info: ClassInfo, name: str) -> Value:
        key = (info, name)
        if key not in self._attributes:
            self._attributes[key] = UNKNOWN  # it may be defined in terms of itself
            self._attributes[key] = self._infer_attribute(info, name)
        return self._attributes[key]

    def _infer_attribute(self, info: ClassInfo, name: str) -> Value:
        if name in info.fields:
            return self.annotated(info.fields[name], info.scope)
        if name in info.annotated:
            method, annotation = info.annotated[name]
            return self.annotated(annotation, method.scope)
        with self.recorder.muted():
            values = [
                self.evaluate(expression, self.parameters(method))
                for method, expression in info.assigned.get(name, [])
            ]
        result: Value = NONE
        for value in values:
            result = join(result, self.resolve(value))
        return result

    def annotated(self, node: ast.expr | None, scope: Scope) -> Value:
        """An instance of what an annotation says, as far as it is the provider's or consumer's."""
        match node:
            case None:
                return UNKNOWN
            case ast.Constant(value=None):
                return NONE
            case ast.Constant(value=str() as text):
                return self.annotated(parsed(text), scope)
            case ast.BinOp(op=ast.BitOr(), left=left, right=right):
                return _only([self.annotated(left, scope), self.annotated(right, scope)])
            case ast.Subscript(value=base, slice=arguments):
                return self._generic(base, arguments, scope)
            case ast.Name() | ast.Attribute():
                return self._instance(self._quietly(node, scope))
        return UNKNOWN

    def named(
        self, node: ast.expr | None, scope: Scope, seen: frozenset[ast.expr] = frozenset()
    ) -> Iterator[Symbol]:
        """The provider's names in a type expression, also behind the consumer's own aliases."""
        for part in ast.walk(node) if node is not None and node not in seen else ():
            match part:
                case ast.Constant(value=str() as text):
                    yield from self.named(parsed(text), scope, seen)
                case ast.Name() | ast.Attribute():
                    value = self._quietly(part, scope)
                    if isinstance(value, Symbol):
                        yield value
                    elif isinstance(value, Alias) and node is not None:
                        yield from self.named(value.node, value.scope, seen | {node})

    def _instance(self, value: Value) -> Value:
        match value:
            case Symbol() | ConsumerClass():
                return Instance(value)
            case Alias(node=node, scope=scope):
                return self.annotated(node, scope)
        return UNKNOWN

    def _generic(self, base: ast.expr, arguments: ast.expr, scope: Scope) -> Value:
        value = self._quietly(base, scope)
        if not isinstance(value, External):
            return self._instance(value)
        items = arguments.elts if isinstance(arguments, ast.Tuple) else [arguments]
        name = value.name.rpartition(".")[2]
        if name == "Union":
            return _only([self.annotated(item, scope) for item in items])
        if name in _WRAPPERS and items:
            return self.annotated(items[0], scope)
        if name in _CONTAINERS and items:
            return Container(self.annotated(items[0], scope))
        if name in _MAPS and len(items) == 2:
            return MapValue(self.annotated(items[1], scope))
        if name in _AWAITABLES and items:
            return Pending(self.annotated(items[-1], scope))
        return self._type_or_tuple(name, items, scope)

    def _type_or_tuple(self, name: str, items: list[ast.expr], scope: Scope) -> Value:
        if name in {"type", "Type"} and items:
            instance = self.annotated(items[0], scope)
            return instance.of if isinstance(instance, Instance) else UNKNOWN
        if name in {"tuple", "Tuple"} and items:
            last = items[-1]
            if isinstance(last, ast.Constant) and last.value is Ellipsis:
                return Container(self.annotated(items[0], scope))
            return TupleValue(tuple(self.annotated(item, scope) for item in items))
        return UNKNOWN

    def _quietly(self, node: ast.expr, scope: Scope) -> Value:
        with self.recorder.muted():
            return self.resolve(self.evaluate(node, scope))


def _gives_its_own(info: FunctionInfo, value: Value) -> bool:
    """Whether a method gives an instance of whatever class it is called on."""
    if info.node.returns is not None:
        return _name(info.node.returns) == "Self"
    return info.owner is not None and value == Instance(ConsumerClass(info.owner))


def _is_plain(node: FunctionNode) -> bool:
    """Whether no decorator makes something else of what a function returns."""
    decorators = (item.func if isinstance(item, ast.Call) else item for item in node.decorator_list)
    return all(_name(item) in _TRANSPARENT for item in decorators)


def parsed(text: str) -> ast.expr | None:
    """The expression inside a string annotation, or None if it is not one."""
    try:
        return ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError):
        return None


def _only(arms: list[Value]) -> Value:
    """The one arm of a union that counts: with two, an attribute may belong to either."""
    arms = [arm for arm in arms if not isinstance(arm, NoneValue)]
    if not arms:
        return NONE
    first = arms[0]
    if any(isinstance(arm, Unknown) or arm != first for arm in arms):
        return UNKNOWN
    return first if known(first) else UNKNOWN


def _name(node: ast.expr) -> str:
    match node:
        case ast.Name(id=name):
            return name
        case ast.Attribute(attr=name):
            return name
        case ast.Constant(value=str() as text):
            return text.rpartition(".")[2]
    return ""
