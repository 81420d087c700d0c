"""What an expression of the consumer may denote, as far as it can be followed."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, TypeAlias

from contract_check.usage.flags import Grounds, grounds


@dataclass(frozen=True)
class Unknown:
    """Anything that could not be followed."""


@dataclass(frozen=True)
class NoneValue:
    """The literal None: it never hides what the other branch of a condition says."""


@dataclass(frozen=True)
class External:
    """Something of the standard library, a third party or the builtins, by dotted name."""

    name: str


@dataclass(frozen=True)
class ModuleValue:
    """A module of the provider or of the consumer."""

    name: str


@dataclass(frozen=True)
class Symbol:
    """A name of the provider, as the consumer spells it."""

    module: str
    qualname: str

    @property
    def ref(self) -> str:
        return f"{self.module}:{self.qualname}"

    @property
    def last(self) -> str:
        return self.qualname.rpartition(".")[2]

    @property
    def owner(self) -> Symbol | None:
        """What it is an attribute of, unless that is the module."""
        head = self.qualname.rpartition(".")[0]
        return Symbol(self.module, head) if head else None

    @property
    def class_like(self) -> bool:
        """Whether its name is written as classes are: nothing else tells without importing it."""
        name = self.last.lstrip("_")
        return name[:1].isupper() and not (len(name) > 1 and name.isupper() and "_" in name)

    @property
    def result(self) -> Symbol:
        """What calling it returns: who has the provider knows its class."""
        return Symbol(self.module, f"{self.qualname}()")

    @property
    def is_result(self) -> bool:
        return self.qualname.endswith("()")

    def child(self, name: str) -> Symbol:
        return Symbol(self.module, f"{self.qualname}.{name}")


@dataclass(frozen=True)
class ConsumerClass:
    """A class the consumer defines."""

    info: ClassInfo


@dataclass(frozen=True)
class Function:
    """A function or method of the consumer; `receiver` where it is bound to an instance."""

    info: FunctionInfo
    receiver: Value | None = None


@dataclass(frozen=True)
class Method:
    """A member of a provider class, reached through an instance or a consumer's subclass.

    Args:
        receiver: an instance of what it was reached through.
        on_instance: whether it was reached through an instance.
    """

    symbol: Symbol
    receiver: Value
    on_instance: bool = True


@dataclass(frozen=True)
class Instance:
    """An instance of a class that is known."""

    of: Symbol | ConsumerClass


@dataclass(frozen=True)
class Container:
    """Something that is iterated over or indexed, and then yields `element`."""

    element: Value


@dataclass(frozen=True)
class MapValue:
    """A mapping whose values are known."""

    element: Value


@dataclass(frozen=True)
class AsDict:
    """The fields of a dataclass's instance by name, as `asdict` gives them."""

    of: Instance


@dataclass(frozen=True)
class TupleValue:
    """A tuple whose items are known."""

    items: tuple[Value, ...]


@dataclass(frozen=True)
class Pending:
    """What awaiting it yields."""

    result: Value


@dataclass(frozen=True)
class BuiltinMethod:
    """A method of a container or a mapping (`values`, `get`, …)."""

    name: str
    of: Container | MapValue


@dataclass(frozen=True, eq=False)
class Partial:
    """What `functools.partial(callee, …)` gives.

    Args:
        module: the name of the module that it is written in.
        call: the call of `callee` with the arguments that are given so far.
        arguments: what these denote, those by position first.
    """

    callee: Symbol | Method | ConsumerClass
    module: str
    call: ast.Call
    arguments: tuple[Value, ...]


@dataclass(frozen=True)
class SuperValue:
    """`super()` in a method of a class of the consumer."""

    info: ClassInfo
    instance: bool


@dataclass(frozen=True)
class Link:
    """A name of a consumer module, looked up when it is needed: modules may import in circles."""

    module: str
    name: str


@dataclass(frozen=True)
class Alias:
    """A type expression that has been given a name (`Maybe = Optional[Event]`)."""

    node: ast.expr
    scope: Scope


Value: TypeAlias = (
    Unknown
    | NoneValue
    | External
    | ModuleValue
    | Symbol
    | ConsumerClass
    | Function
    | Method
    | Instance
    | Container
    | MapValue
    | AsDict
    | TupleValue
    | Pending
    | BuiltinMethod
    | Partial
    | SuperValue
    | Link
    | Alias
)

UNKNOWN = Unknown()
NONE = NoneValue()

Form = Literal["function", "bound", "class", "instance", "options"]


@dataclass(frozen=True)
class Given:
    """One thing of the consumer's own that a call gives: see `HandedUse`."""

    argument: str
    own: str
    form: Form
    keys: tuple[str, ...] = ()


ScopeKind = Literal["module", "class", "function", "comprehension"]
FunctionKind = Literal["function", "method", "class", "static", "property"]


@dataclass(eq=False)
class Scope:
    """The names of one block, by Python's lexical rules.

    Args:
        kind: a class's names are invisible in the functions inside it.
        module: the module it lies in.
        parent: the enclosing block.
        local: for a function, the names that are its own wherever they are assigned.
        shared: for a function, names it declares `global` or `nonlocal`.
        info: the class whose body or method this is.
        narrowed: what a test has shown for a while.
        qualname: for a function, the prefix of what is defined in it.
        receiver: for a method, what its first parameter is bound to.
    """

    kind: ScopeKind
    module: Module
    parent: Scope | None = None
    local: frozenset[str] = frozenset()
    shared: frozenset[str] = frozenset()
    info: ClassInfo | None = None
    vars: dict[str, Value] = field(default_factory=dict)
    declared: dict[str, Value] = field(default_factory=dict)
    narrowed: dict[str, Value] = field(default_factory=dict)
    qualname: str = ""
    receiver: Value | None = None


@dataclass(eq=False)
class Module:
    """A module of the consumer.

    Args:
        index: its place in the order of the sources.
        walrus: whether its text uses `:=` at all, which costs a closer look.
        rebinds: whether its text says `global` at all.
        exports: names of its literal `__all__`, or None without one.
        bound: name to the line that bound it last, at the top level.
        stars: what it star-imports and can't be listed (provider or third party).
    """

    name: str
    file: str
    index: int
    package: bool
    tree: ast.Module
    walrus: bool
    rebinds: bool
    scope: Scope = field(init=False)
    exports: list[str] | None = None
    bound: dict[str, int] = field(default_factory=dict)
    stars: list[str] = field(default_factory=list)
    started: bool = False

    def __post_init__(self) -> None:
        self.scope = Scope("module", self)

    @cached_property
    def grounds(self) -> Grounds:
        """What the values of its own names rest on."""
        return grounds(self.tree)

    @cached_property
    def constants(self) -> Mapping[str, tuple[ast.expr, ...]]:
        """Names that the whole file binds in one place, to a constant: that; or in a loop over
        constants: each of them."""
        counts = Counter(name for node in ast.walk(self.tree) for name in _bound_by(node))
        assigned: dict[str, ast.expr] = {}
        looped: dict[str, ast.expr] = {}
        for node in ast.walk(self.tree):
            match node:
                case (
                    ast.Assign(targets=[ast.Name(id=name)], value=ast.expr() as value)
                    | ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value)
                ):
                    assigned[name] = value
                case (
                    ast.For(target=ast.Name(id=name), iter=value)
                    | ast.comprehension(target=ast.Name(id=name), iter=value)
                ):
                    looped[name] = value
        once = {name: value for name, value in assigned.items() if counts[name] == 1}
        found: dict[str, tuple[ast.expr, ...]] = {
            name: (value,) for name, value in once.items() if _is_constant(value)
        }
        for name, value in looped.items():
            over = once.get(value.id) if isinstance(value, ast.Name) else value
            if counts[name] == 1 and isinstance(over, ast.List | ast.Tuple | ast.Set):
                found[name] = tuple(item for item in over.elts if _is_constant(item))
        return found

    @cached_property
    def mappings(self) -> Mapping[str, ast.expr]:
        """Names that the whole file binds in one place, to a dictionary that is written out, and
        that are only read from."""
        counts = Counter(name for node in ast.walk(self.tree) for name in _bound_by(node))
        reads: Counter[str] = Counter()
        every: Counter[str] = Counter()
        found: dict[str, ast.expr] = {}
        for node in ast.walk(self.tree):
            match node:
                case ast.Name(id=name, ctx=ast.Load()):
                    every[name] += 1
                case (
                    ast.Assign(targets=[ast.Name(id=name)], value=ast.expr() as value)
                    | ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value)
                ):
                    found[name] = value
                case (
                    ast.keyword(arg=None, value=ast.Name(id=name))
                    | ast.Subscript(value=ast.Name(id=name), ctx=ast.Load())
                    | ast.Attribute(value=ast.Name(id=name), attr="get" | "items")
                ):
                    reads[name] += 1
        return {
            name: value
            for name, value in found.items()
            if counts[name] == 1 and reads[name] == every[name]
        }

    @cached_property
    def dictionaries(self) -> Mapping[str, ast.expr]:
        """Names that the whole file binds in one place, to a dictionary that is written out."""
        counts = Counter(name for node in ast.walk(self.tree) for name in _bound_by(node))
        found: dict[str, ast.expr] = {}
        for node in ast.walk(self.tree):
            match node:
                case (
                    ast.Assign(targets=[ast.Name(id=name)], value=ast.Dict() as value)
                    | ast.AnnAssign(target=ast.Name(id=name), value=ast.Dict() as value)
                ):
                    found[name] = value
        return {name: value for name, value in found.items() if counts[name] == 1}


def _is_constant(node: ast.expr) -> bool:
    return isinstance(node.operand if isinstance(node, ast.UnaryOp) else node, ast.Constant)


def _bound_by(node: ast.AST) -> Iterator[str]:
    """The names that a node itself binds."""
    match node:
        case ast.Name(id=name, ctx=ast.Store() | ast.Del()) | ast.arg(arg=name):
            yield name
        case ast.alias(name=name, asname=bound):
            yield bound or name.partition(".")[0]
        case (
            ast.FunctionDef(name=name)
            | ast.AsyncFunctionDef(name=name)
            | ast.ClassDef(name=name)
            | ast.ExceptHandler(name=str() as name)
            | ast.MatchAs(name=str() as name)
            | ast.MatchStar(name=str() as name)
            | ast.MatchMapping(rest=str() as name)
        ):
            yield name


@dataclass(eq=False)
class FunctionInfo:
    """A function of the consumer; its annotations are resolved when somebody asks."""

    node: ast.FunctionDef | ast.AsyncFunctionDef
    scope: Scope
    kind: FunctionKind
    owner: ClassInfo | None
    qualname: str


@dataclass(eq=False)
class ClassInfo:
    """A class of the consumer.

    Args:
        bases: what it derives from; may hold links, resolved when needed.
        fields: annotated names of its body.
        members: the other names of its body, in order.
        constants: names its body assigns, with the value.
        methods: its functions.
        assigned: attribute to the places that assign it on `self`.
        annotated: attribute to the annotation it is given on `self`.
        early: attributes assigned by the initializer, which therefore are its own.
    """

    module: Module
    qualname: str
    node: ast.ClassDef
    scope: Scope
    bases: tuple[Value, ...]
    fields: dict[str, ast.expr] = field(default_factory=dict)
    members: dict[str, None] = field(default_factory=dict)
    constants: dict[str, Value] = field(default_factory=dict)
    methods: dict[str, FunctionInfo] = field(default_factory=dict)
    assigned: dict[str, list[tuple[FunctionInfo, ast.expr]]] = field(default_factory=dict)
    annotated: dict[str, tuple[FunctionInfo, ast.expr]] = field(default_factory=dict)
    early: set[str] = field(default_factory=set)

    @property
    def ref(self) -> str:
        return f"{self.module.name}:{self.qualname}"


def known(value: Value | None) -> bool:
    """Whether the value says something about a type."""
    match value:
        case None | Unknown() | NoneValue():
            return False
        case Instance(Symbol() as symbol) if symbol.is_result:
            return False  # an annotation says more
        case Container(element) | MapValue(element):
            return known(element)
    return True


def join(first: Value | None, second: Value | None) -> Value:
    """What a name denotes where two ways meet; None is a way that does not bind it."""
    if first is None or isinstance(first, NoneValue):
        return second if second is not None else first or UNKNOWN
    if second is None or isinstance(second, NoneValue) or first == second:
        return first
    if isinstance(first, Container) and isinstance(second, Container):
        return Container(join(first.element, second.element))
    return UNKNOWN


def merge(first: dict[str, Value], second: dict[str, Value]) -> dict[str, Value]:
    """The names of two ways that meet."""
    if first == second:
        return first
    merged = dict(first)
    for name, value in second.items():
        merged[name] = join(first.get(name), value)
    return merged
