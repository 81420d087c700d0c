"""Follows the consumer's expressions, and records what they take from the provider."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Literal

from contract_check.model.usage import Mention
from contract_check.usage.handing import Handing, as_lambda
from contract_check.usage.scopes import lookup, pattern_names, shown
from contract_check.usage.sources import absolute
from contract_check.usage.texts import by_braces, by_percent
from contract_check.usage.values import (
    NONE,
    UNKNOWN,
    Alias,
    AsDict,
    BuiltinMethod,
    ConsumerClass,
    Container,
    External,
    Function,
    FunctionInfo,
    Given,
    Instance,
    MapValue,
    Method,
    Module,
    ModuleValue,
    Partial,
    Pending,
    Scope,
    SuperValue,
    Symbol,
    TupleValue,
    Value,
    join,
    known,
)
from contract_check.usage.world import World, parsed

Role = Mention | Literal["owner", "called", "base", "aliased"]
"""In which role an expression stands. As the `owner` of an attribute, as what is `called` or as a
`base` class it is recorded there; `aliased` to a name, it is recorded where that is used."""

_MAKERS = {
    "model_validate", "model_validate_json", "model_validate_strings", "model_construct",
    "parse_obj", "parse_raw",
}  # fmt: skip
_COPIERS = {"model_copy", "copy", "__copy__", "__deepcopy__"}
_SAME = {"list", "sorted", "tuple", "set", "frozenset", "reversed", "iter", "aiter"}
_CONSTANT_PARTS = {"value", "name"}
_BUILTIN_OPERATIONS = {
    "len": "len", "next": "next", "anext": "anext", "aiter": "async iterate", "hash": "hash",
    "str": "str", "format": "format", "repr": "repr",
    "reversed": "reversed", "abs": "abs", "int": "int", "float": "float", "round": "round",
    **dict.fromkeys(
        ("iter", "list", "sorted", "tuple", "set", "frozenset", "enumerate", "sum", "any", "all"),
        "iterate",
    ),
    **{
        f"dataclasses.{name}": "dataclass"
        for name in ("asdict", "astuple", "replace", "fields")
    },
}  # fmt: skip
"""Functions that ask one thing of their first argument."""
_ASKED_BY_METHODS = {"add": "hash", "index": "eq", "remove": "eq", "count": "eq"}
"""What methods of collections ask of theirs."""
_AWAITING = frozenset(
    f"asyncio.{name}" for name in ("create_task", "ensure_future", "gather", "run", "shield")
)
"""Functions that await their arguments, by position; `asyncio.wait_for` takes a number as well."""
_ASKS_KIND = frozenset(
    """
    callable isinstance isawaitable isasyncgen iscoroutine iscoroutinefunction isgenerator
    """.split()
)
"""Functions that ask what kind of thing a value is."""
_OPERATORS: dict[type[ast.AST], str] = {
    ast.Add: "add", ast.Sub: "sub", ast.Mult: "mul", ast.MatMult: "matmul", ast.Div: "truediv",
    ast.FloorDiv: "floordiv", ast.Mod: "mod", ast.Pow: "pow", ast.LShift: "lshift",
    ast.RShift: "rshift", ast.BitAnd: "and", ast.BitXor: "xor", ast.BitOr: "or",
    ast.UAdd: "pos", ast.USub: "neg", ast.Invert: "invert", ast.Not: "bool",
    ast.Lt: "lt", ast.LtE: "le", ast.Gt: "gt", ast.GtE: "ge", ast.Eq: "eq", ast.NotEq: "eq",
}  # fmt: skip


def _comparison(node: ast.Compare, position: int) -> str:
    """What is asked of an operand, called `Subject`, if the other is a literal; else nothing."""
    sides = [node.left, *node.comparators]
    if len(sides) != 2 or not _is_literal(sides[1 - position]):
        return ""
    sides[position] = ast.Name("Subject")
    return ast.unparse(ast.Compare(sides[0], node.ops, sides[1:]))


def _is_literal(node: ast.expr) -> bool:
    """Whether an expression is made of constants alone."""
    try:
        ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return False
    return True


class Expressions:
    """Evaluates expressions of one module in a block. `Walker` adds the statements."""

    def __init__(self, world: World, module: Module) -> None:
        self.world = world
        self.module = module
        self.record = world.recorder
        self.handing = Handing(world)
        self.bound_as = ""
        self.within: FunctionInfo | None = None
        self._expressions: dict[type[ast.expr], Callable[..., Value]] = {
            ast.Name: self._name,
            ast.Attribute: self._attribute,
            ast.Call: self._call,
            ast.Await: self._await,
            ast.Constant: self._constant,
            ast.Subscript: self._subscript,
            ast.BinOp: self._binary,
            ast.UnaryOp: self._unary,
            ast.BoolOp: self._boolean,
            ast.Compare: self._compare,
            ast.IfExp: self._conditional,
            ast.NamedExpr: self._walrus,
            ast.Lambda: self._lambda,
            ast.List: self._sequence,
            ast.Set: self._sequence,
            ast.Tuple: self._tuple,
            ast.Dict: self._dict,
            ast.ListComp: self._comprehension,
            ast.SetComp: self._comprehension,
            ast.GeneratorExp: self._comprehension,
            ast.DictComp: self._comprehension,
            ast.Starred: self._starred,
            ast.FormattedValue: self._formatted,
        }

    def bind(self, target: ast.expr, value: Value, scope: Scope) -> None:
        """Assigns to a target: the statements' part."""
        raise NotImplementedError

    def set_name(self, scope: Scope, name: str, value: Value, line: int) -> None:
        """Binds a name: the statements' part."""
        raise NotImplementedError

    def imported_dynamically(self, node: ast.Call, module: str, bound_as: str) -> None:
        """Records an import by function call: the statements' part."""
        raise NotImplementedError

    def applied(self, operation: str, value: Value, node: ast.AST, detail: str = "") -> None:
        """Records what is done with an instance of the provider's, or with what it returned."""
        match self.world.resolve(value):
            case Instance(of=Symbol() as symbol):
                owner = symbol.ref
            case Instance(of=ConsumerClass(info=info)) if self.world.provider(info) is not None:
                owner = info.ref
            case Method(symbol=symbol, on_instance=True):
                owner = symbol.ref
            case Symbol(owner=Symbol(class_like=True)) as symbol:
                owner = symbol.ref  # a member of an enum, if its class is one
            case _:
                return
        self.record.operation(self.module, node, owner, operation, detail)

    def eval(self, node: ast.expr, scope: Scope, role: Role = "read") -> Value:
        """What an expression denotes there; records what it uses."""
        handler = self._expressions.get(type(node))
        if handler is not None:
            return handler(node, scope, role)
        if isinstance(node, ast.Yield | ast.YieldFrom):
            self.record.reached(self.module, node, "yield")
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.expr):
                self.eval(child, scope)
        return UNKNOWN

    # --- names and attributes ------------------------------------------------------------

    def _name(self, node: ast.Name, scope: Scope, role: Role) -> Value:
        value = lookup(self.world, scope, node.id)
        found = self.world.resolve(value)
        self._mention(found, node, role)
        return value if role in ("base", "aliased") else found

    def _mention(self, value: Value, node: ast.expr, role: Role) -> None:
        if role == "owner" or role == "called" or role == "base" or role == "aliased":
            return
        if isinstance(value, Symbol):
            self.record.name(self.module, node, value.ref, role)

    def _attribute(self, node: ast.Attribute, scope: Scope, role: Role) -> Value:
        if (asked := shown(scope, node)) is not None:
            return asked
        base = self.eval(node.value, scope, "owner")
        return self.attribute(base, node.attr, node, role)

    def attribute(
        self,
        base: Value,
        name: str,
        node: ast.expr,
        role: Role,
        *,
        stored: bool = False,
        optional: bool = False,
    ) -> Value:
        """What an attribute denotes; records it where it is the provider's."""
        access = _Access(self, name, node, role, stored, optional)
        match self.world.resolve(base):
            case ModuleValue(name=module):
                return access.of_module(module)
            case Symbol() as symbol:
                return access.of_symbol(symbol)
            case Instance(of=Symbol() as symbol) as receiver:
                return access.of_instance(symbol, receiver)
            case Method(symbol=symbol, on_instance=True):
                return access.of_instance(symbol, Instance(symbol))  # the value of a property
            case Instance(of=ConsumerClass()) | ConsumerClass() | SuperValue() as receiver:
                return access.of_consumer(receiver)
            case External(name=outer):
                return External(f"{outer}.{name}")
            case Container() | MapValue() as collection:
                return BuiltinMethod(name, collection)
        return UNKNOWN

    # --- calls ---------------------------------------------------------------------------

    def _call(self, node: ast.Call, scope: Scope, role: Role, awaited: bool = False) -> Value:
        bound_as, self.bound_as = self.bound_as, ""
        callee = self.world.resolve(self.eval(node.func, scope, "called"))
        if isinstance(callee, Instance):
            self.applied("call", callee, node)
            callee = self.attribute(callee, "__call__", node, "called")
        outer = callee.name if isinstance(callee, External) else ""
        arguments, named = self._arguments(node, scope, outer)
        self._note_reached(node, callee, [*arguments, *named])
        self._note_own(node, callee, [*arguments, *named])
        match node.func:
            case ast.Attribute(value=ast.Constant(value=str() as text), attr="format"):
                self._formatted_by_braces(text, node, arguments, named)
        match callee:
            case Symbol() | Method() | ConsumerClass():
                self._record_call(node, callee, awaited, [*arguments, *named])
                self._note_handed(node, callee, [*arguments, *named], scope)
                return self._made_by(callee)
            case Function(info=info, receiver=receiver):
                return self.world.returned(info, receiver)
            case BuiltinMethod(name=name, of=collection):
                if name in _ASKED_BY_METHODS and arguments:
                    self.applied(_ASKED_BY_METHODS[name], arguments[0], node)
                if name == "sort" and not node.keywords:
                    self.applied("lt", collection.element, node)
                return _collection_result(name, collection)
            case Partial() as partial if partial.module == self.module.name:
                return self._call_of_partial(node, partial, awaited, arguments, named)
            case External():
                return self._outer_call(node, outer, arguments, scope, bound_as)
        return UNKNOWN

    def _call_of_partial(
        self,
        node: ast.Call,
        partial: Partial,
        awaited: bool,
        arguments: list[Value],
        named: list[Value],
    ) -> Value:
        """A call of what `functools.partial` gave: that of the function with all arguments."""
        renewed = {keyword.arg for keyword in node.keywords}
        kept = [item for item in partial.call.keywords if item.arg not in renewed]
        whole = ast.Call(node.func, [*partial.call.args, *node.args], [*kept, *node.keywords])
        by_position = partial.arguments[: len(partial.call.args)]
        by_name = [UNKNOWN] * len(kept)
        values = [*by_position, *arguments, *by_name, *named]
        self._record_call(ast.copy_location(whole, node), partial.callee, awaited, values)
        return self._made_by(partial.callee)

    def _formatted_by_braces(
        self, text: str, node: ast.Call, arguments: list[Value], named: list[Value]
    ) -> None:
        if any(isinstance(argument, ast.Starred) for argument in node.args):
            return
        given: dict[int | str | None, Value] = dict(enumerate(arguments))
        given |= {key.arg: value for key, value in zip(node.keywords, named, strict=True)}
        for place, operation in by_braces(text):
            if operation and place in given:
                self.applied(operation, given[place], node)

    def ref(self, info: FunctionInfo) -> str:
        """`module:qualname` of a function of the consumer's."""
        return f"{info.scope.module.name}:{info.qualname}"

    def _note_reached(self, node: ast.Call, callee: Value, arguments: Sequence[Value]) -> None:
        """Notes which functions of the consumer's a call runs, itself or by what it is given."""
        for value in (callee, *map(self.world.resolve, arguments)):
            if isinstance(value, Function):
                self.record.reached(self.module, node, self.ref(value.info))
        match callee:
            case ConsumerClass(info=info):
                for name in ("__init__", "__post_init__", "model_post_init"):
                    method = self.world.attribute(info, name, Instance(callee))
                    if isinstance(method, Function):
                        self.record.reached(self.module, node, self.ref(method.info))
            case Method(receiver=Instance(of=ConsumerClass(info=info))):
                for current in self.world.lineage(info):  # which the provider's method may call
                    for method_info in current.methods.values():
                        self.record.reached(self.module, node, self.ref(method_info))
            case External() | Symbol() | Method() | Function() | BuiltinMethod():
                pass
            case _:
                name = f".{node.func.attr}" if isinstance(node.func, ast.Attribute) else ""
                self.record.reached(self.module, node, f"?{name}")

    def _note_own(self, node: ast.Call, callee: Value, arguments: Sequence[Value]) -> None:
        """Notes a call of a function of the consumer's that may hand on what it is given."""
        if isinstance(callee, ConsumerClass):
            callee = self.world.initializer(callee) or UNKNOWN
        if isinstance(callee, Function):
            parameters = callee.info.node.args
            if parameters.vararg is None and parameters.kwarg is None:
                return
            on_instance = isinstance(callee.receiver, Instance)
            self.record.called_own(
                self.module,
                node,
                callee.info,
                bound=callee.info.kind == "class" or (callee.info.kind == "method" and on_instance),
                passed=tuple(self._passed(node, [self.world.resolve(v) for v in arguments])),
                within=self.within,
            )

    def entered(self, value: Value, method: str, node: ast.expr) -> Value:
        """What `with value as name` binds, by what its `__enter__` or `__aenter__` returns."""
        manager = self.world.resolve(value)
        if not isinstance(manager, Instance):
            return UNKNOWN
        with self.record.muted():
            entering = self.attribute(manager, method, node, "called")
        match entering:
            case Method(symbol=symbol):
                return Instance(symbol.result)
            case Function(info=info, receiver=receiver):
                found = self.world.returned(info, receiver)
                found = found.result if isinstance(found, Pending) else found
                return manager if info.node.returns is None else found
        return UNKNOWN

    def _arguments(
        self, node: ast.Call, scope: Scope, outer: str
    ) -> tuple[list[Value], list[Value]]:
        """What the arguments by position, and those by name, denote."""
        tests_type = outer in ("builtins.isinstance", "builtins.issubclass")
        values = [
            self.eval(arg, scope, "isinstance" if tests_type and position == 1 else "argument")
            for position, arg in enumerate(node.args)
        ]
        named: list[Value] = []
        for keyword in node.keywords:
            named.append(self.eval(keyword.value, scope, "argument"))
            if keyword.arg is None:
                self.applied("mapping", named[-1], keyword.value)
        return values, named

    def _record_call(
        self,
        node: ast.Call,
        callee: Symbol | Method | ConsumerClass,
        awaited: bool,
        arguments: Sequence[Value],
        *,
        later: bool = False,
    ) -> None:
        via = None
        on_instance = isinstance(callee, Method) and callee.on_instance
        if isinstance(callee, ConsumerClass):
            base = self.world.provider(callee.info)
            if base is None:
                return
            target, via = callee.info.ref, base.ref
        else:
            target = callee.ref if isinstance(callee, Symbol) else callee.symbol.ref
        values = [self.world.resolve(value) for value in arguments]
        own = [
            value.of.info.ref
            for value in values
            if isinstance(value, Instance) and isinstance(value.of, ConsumerClass)
        ]
        self.record.called(
            self.module,
            node,
            target,
            awaited=awaited,
            via=via,
            on_instance=on_instance,
            own=tuple(dict.fromkeys(own)),
            passed=tuple(self._passed(node, values)),
            later=later,
            within=self.within,
        )

    def _note_handed(
        self,
        node: ast.Call,
        callee: Symbol | Method | ConsumerClass,
        arguments: Sequence[Value],
        scope: Scope,
    ) -> None:
        """Notes what of the consumer's own a call hands to the provider."""
        if isinstance(callee, ConsumerClass):
            base = self.world.provider(callee.info)
            if base is None or self.world.initializer(callee) is not None:
                return
            callee = base
        values = [self.world.resolve(value) for value in arguments]
        for given in self.handing.arguments(node, values, scope):
            self.note_given(node, callee, given)

    def note_given(self, node: ast.AST, callee: Symbol | Method, given: Given) -> None:
        """Notes one thing of the consumer's own that a provider's function or class is given."""
        on_instance = isinstance(callee, Method) and callee.on_instance
        target = callee.symbol.ref if isinstance(callee, Method) else callee.ref
        self.record.handed(self.module, node, given, target, on_instance=on_instance)

    def _passed(self, node: ast.Call, values: Sequence[Value]) -> Iterator[tuple[str, str, bool]]:
        """The consumer's functions that a call hands over, and as what."""
        names: list[str | None] = []
        for position, argument in enumerate(node.args):
            known = not any(isinstance(item, ast.Starred) for item in node.args[: position + 1])
            names.append(str(position) if known and not isinstance(argument, ast.Starred) else None)
        names += [keyword.arg for keyword in node.keywords]
        given = [*node.args, *(keyword.value for keyword in node.keywords)]
        for name, argument, value in zip(names, given, values, strict=False):
            if name is not None and isinstance(argument, ast.Lambda):
                yield name, as_lambda(argument.args), False
            if name is not None and isinstance(value, Function):
                bound = value.info.kind == "method" and isinstance(value.receiver, Instance)
                if "<locals>" not in value.info.qualname:
                    yield name, self.ref(value.info), bound
                elif value.info.kind == "function" and not value.info.node.decorator_list:
                    yield name, as_lambda(value.info.node.args), False

    def _made_by(self, callee: Symbol | Method | ConsumerClass) -> Value:
        """What a call yields, where the callee's name alone says it."""
        match callee:
            case ConsumerClass():
                return Instance(callee)
            case Method(symbol=symbol, receiver=receiver):
                return receiver if symbol.last in _COPIERS | _MAKERS else Instance(symbol.result)
            case Symbol() as symbol:
                if symbol.last in _MAKERS and symbol.owner is not None:
                    return Instance(symbol.owner)
                return Instance(symbol if symbol.class_like else symbol.result)
        return UNKNOWN

    def _outer_call(
        self, node: ast.Call, name: str, arguments: list[Value], scope: Scope, bound_as: str
    ) -> Value:
        """A call of something that is neither's: the few that tell something."""
        first = self.world.resolve(arguments[0]) if arguments else UNKNOWN
        if name.rpartition(".")[2] in _ASKS_KIND and arguments:
            self._note_asked(node, arguments)
        asked = _BUILTIN_OPERATIONS.get(name.removeprefix("builtins."))
        if asked is not None:
            self.applied(asked, first, node)
        if name in _AWAITING:
            for argument in arguments:
                self.applied("await", argument, node)
        self._asked_of_elements(node, name.removeprefix("builtins."), first)
        match name.removeprefix("builtins."):
            case "super":
                return self._super(scope)
            case "getattr" | "hasattr" | "setattr" as function:
                return self._named_attribute(node, function, first)
            case "type" if len(arguments) == 3:
                self._made_class(node, arguments[1], scope, bound_as)
            case "type" if len(arguments) == 1:
                return first.of if isinstance(first, Instance) else UNKNOWN
            case "importlib.import_module" | "__import__" as function:
                return self._dynamic_import(node, function, bound_as)
            case "typing.cast" | "typing_extensions.cast" if len(node.args) == 2:
                self.mention_annotation(node.args[0], scope)
                return self.world.annotated(node.args[0], scope)
            case "copy.copy" | "copy.deepcopy" | "dataclasses.replace":
                return first
            case "functools.partial" if isinstance(first, Symbol | Method | ConsumerClass):
                if not isinstance(node.args[0], ast.Starred):
                    given = ast.copy_location(
                        ast.Call(node.args[0], node.args[1:], node.keywords), node
                    )
                    self._record_call(given, first, False, arguments[1:], later=True)
                    values = tuple(self.world.resolve(item) for item in arguments[1:])
                    return Partial(first, self.module.name, given, values)
            case "set" | "frozenset" if not arguments:
                return Container(UNKNOWN)
            case "dataclasses.asdict" if isinstance(first, Instance):
                return AsDict(first)
            case "enumerate":
                return Container(TupleValue((UNKNOWN, self.element(first))))
            case "zip":
                return Container(TupleValue(tuple(self.element(item) for item in arguments)))
            case "next" | "anext" | "min" | "max" as function if len(arguments) >= 1:
                if function == "next":
                    self._placed(node.args[0], ast.Constant(0), scope)
                return self.element(first)
            case "asyncio.wait_for" | "asyncio.shield" | "asyncio.create_task":
                return first
            case same if same in _SAME and arguments:
                return Container(self.element(first))
        return UNKNOWN

    def _note_asked(self, node: ast.Call, arguments: Sequence[Value]) -> None:
        """Notes that the consumer asks of which kind a value is: it takes it either way."""
        tested = node.args[1] if len(node.args) > 1 else None
        if isinstance(arguments[-1], Symbol | ConsumerClass) and tested is not None:
            return  # one of the provider's classes, which has rules of its own
        match arguments[0]:
            case Symbol() as symbol:
                self.record.operation(self.module, node, symbol.ref, "ask")
            case value:
                self.applied("ask", value, node)

    def _asked_of_elements(self, node: ast.Call, name: str, collection: Value) -> None:
        """Functions that compare the elements of their argument, or put them into a set."""
        keyed = any(keyword.arg == "key" for keyword in node.keywords)
        if name in ("sorted", "min", "max") and len(node.args) == 1 and not keyed:
            self.applied("lt", self.element(collection), node)
        elif name in ("set", "frozenset"):
            self.applied("hash", self.element(collection), node)

    def _made_class(self, node: ast.Call, bases: Value, scope: Scope, bound_as: str) -> None:
        """`type("Own", (Base,), {...})`, where nothing of that has to be computed."""
        body = node.args[2]
        if not isinstance(body, ast.Dict) or not isinstance(bases, TupleValue):
            return
        keys = [key.value for key in body.keys if isinstance(key, ast.Constant)]
        members = [key for key in keys if isinstance(key, str)]
        if len(members) < len(body.keys) or len(bases.items) != 1:
            return
        local = "" if scope.kind == "module" and bound_as else f"{scope.qualname}.<locals>."
        for base in bases.items:
            if isinstance(base, Symbol):
                name = f"{self.module.name}:{local}{bound_as or base.last}"
                self.record.made_class(self.module, node, name, base.ref, members)

    def _super(self, scope: Scope) -> Value:
        current: Scope | None = scope
        while current is not None and current.receiver is None:
            current = current.parent
        if current is None or current.info is None:
            return UNKNOWN
        return SuperValue(current.info, isinstance(current.receiver, Instance))

    def _named_attribute(self, node: ast.Call, function: str, base: Value) -> Value:
        """`getattr` and its kin with a literal name."""
        match node.args:
            case [_, ast.Constant(value=str() as name), *rest]:
                value = self.attribute(
                    base,
                    name,
                    node,
                    "read",
                    stored=function == "setattr",
                    optional=function == "hasattr" or (function == "getattr" and bool(rest)),
                )
                return value if function == "getattr" else UNKNOWN
            case [owner, _, *_] if self._is_provided(base):
                text = ast.unparse(owner)
                self.record.unfollowed(self.module, node, f"{function}({text}, ...) with a name")
        return UNKNOWN

    def _is_provided(self, value: Value) -> bool:
        match value:
            case ModuleValue(name=module):
                return self.world.is_provider(module)
            case Symbol() | Instance(of=Symbol()):
                return True
        return False

    def _dynamic_import(self, node: ast.Call, function: str, bound_as: str) -> Value:
        match node.args:
            case [ast.Constant(value=str() as spelled), *_]:
                module = absolute(self.module.name, self.module.package, spelled)
            case [computed] if self._may_be_provided(computed):
                self.record.unfollowed(self.module, node, "an import of a module with a name")
                return UNKNOWN
            case _:
                return UNKNOWN
        if not module:
            return UNKNOWN
        value = self.world.imported_module(module)
        if self.world.is_provider(module):
            self.imported_dynamically(node, module, bound_as)
        if function == "__import__":
            return self.world.imported_module(module.partition(".")[0])
        return value

    def _may_be_provided(self, name: ast.expr) -> bool:
        """Whether a computed name can be a module of the provider's, by what it starts with."""
        while isinstance(name, ast.BinOp):
            name = name.left
        if isinstance(name, ast.JoinedStr) and name.values:
            name = name.values[0]
        if isinstance(name, ast.FormattedValue):
            name = name.value
        match name:
            case ast.Constant(value=str() as start):
                return self.world.is_provider(start.rstrip("."))
            case ast.Name(id="__name__" | "__package__"):
                return False
        return True

    def _await(self, node: ast.Await, scope: Scope, _role: Role) -> Value:
        if isinstance(node.value, ast.Call):
            value = self._call(node.value, scope, "read", awaited=True)
        else:
            value = self.eval(node.value, scope)
        self.applied("await", value, node)
        match value:
            case Pending(result=result):
                return result
            case Instance(of=Symbol() as symbol) if symbol.is_result:
                return value
        return UNKNOWN

    # --- operators -----------------------------------------------------------------------

    def _constant(self, node: ast.Constant, _scope: Scope, _role: Role) -> Value:
        return NONE if node.value is None else UNKNOWN

    def _binary(self, node: ast.BinOp, scope: Scope, role: Role) -> Value:
        operands: list[ast.expr] = []
        left: ast.expr = node
        innermost = node
        while isinstance(left, ast.BinOp):  # a long sum is nested on its left: no recursion there
            operands.append(left.right)
            innermost, left = left, left.left
        values = [self.eval(left, scope)]
        values += [self.eval(operand, scope) for operand in reversed(operands)]
        self.applied(_OPERATORS[type(innermost.op)], values[0], innermost)
        if isinstance(left, ast.Constant):
            self.applied(f"r{_OPERATORS[type(innermost.op)]}", values[1], innermost)
            if isinstance(left.value, str) and isinstance(innermost.op, ast.Mod):
                self._formatted_by_percent(left.value, values[1], innermost)
        is_type = any(isinstance(value, Symbol | ConsumerClass | Alias) for value in values)
        if isinstance(node.op, ast.BitOr) and is_type and role == "aliased":
            return self.alias(node, scope)
        return UNKNOWN

    def _formatted_by_percent(self, text: str, given: Value, node: ast.BinOp) -> None:
        values = given.items if isinstance(given, TupleValue) else (given,)
        asked = by_percent(text) or ()
        for operation, value in zip(asked, values, strict=False):
            if operation and len(asked) == len(values):
                self.applied(operation, value, node)

    def alias(self, node: ast.expr, scope: Scope) -> Value:
        """A type expression under a name, read when an annotation names it."""
        return Alias(node, scope)

    def _unary(self, node: ast.UnaryOp, scope: Scope, _role: Role) -> Value:
        self.applied(_OPERATORS[type(node.op)], self.eval(node.operand, scope), node)
        return UNKNOWN

    def _boolean(self, node: ast.BoolOp, scope: Scope, _role: Role) -> Value:
        if isinstance(node.op, ast.And):
            return self._conjunction(node.values, scope)
        result: Value = NONE
        for operand in node.values:
            result = join(result, self.world.resolve(self.eval(operand, scope)))
        return result

    def _conjunction(self, operands: Sequence[ast.expr], scope: Scope) -> Value:
        value = self.eval(operands[0], scope)
        if len(operands) == 1:
            return value
        asked = self.asks_for(operands[0], scope)
        if asked is not None and not isinstance(operands[0], ast.UnaryOp):
            self.record.choice(self.module, operands[1:], *asked, True, alone=True)
        with self.narrowing(operands[0], scope):
            return self._conjunction(operands[1:], scope)

    def _compare(self, node: ast.Compare, scope: Scope, _role: Role) -> Value:
        left = self.eval(node.left, scope, "compare")
        values = [left]
        for operator, operand in zip(node.ops, node.comparators, strict=True):
            right = self.eval(operand, scope, "compare")
            if isinstance(operator, ast.In | ast.NotIn):
                self.applied("contains", right, node)
                if isinstance(right, Container | TupleValue):
                    self.applied("eq", left, node)
            elif type(operator) in _OPERATORS:
                self.applied(_OPERATORS[type(operator)], left, node)
            left = right
            values.append(right)
        for position, value in enumerate(values):
            if isinstance(value, Symbol):
                asked = _comparison(node, position)
                self.record.operation(self.module, node, value.ref, "compare", asked)
        return UNKNOWN

    def _conditional(self, node: ast.IfExp, scope: Scope, role: Role) -> Value:
        self.applied("bool", self.eval(node.test, scope), node.test)
        asked = self.asks_for(node.test, scope)
        if asked is not None and not isinstance(node.test, ast.UnaryOp):
            self.record.choice(self.module, [node.body], *asked, True, alone=True)
        with self.narrowing(node.test, scope):
            body = self.world.resolve(self.eval(node.body, scope, role))
        with self.asking(node.test, scope):
            other = self.world.resolve(self.eval(node.orelse, scope, role))
        return join(body, other)

    def _walrus(self, node: ast.NamedExpr, scope: Scope, _role: Role) -> Value:
        value = self.eval(node.value, scope)
        self.bind(node.target, value, scope)
        return value

    def _subscript(self, node: ast.Subscript, scope: Scope, role: Role) -> Value:
        generic = role in ("called", "base", "aliased", "isinstance")
        base = self.world.resolve(self.eval(node.value, scope, role if generic else "owner"))
        match base:
            case Symbol() | ConsumerClass():
                return self._subscripted_class(base, node, scope, role)
            case External() if role == "aliased" and not isinstance(node.slice, ast.Constant):
                self.mention_annotation(node.slice, scope)
                return self.alias(node, scope)
        self.indexed(base, node)
        self._placed(node.value, node.slice, scope)
        key = self.eval(node.slice, scope)
        match base, node.slice:
            case AsDict(of=instance), ast.Constant(value=str() as name):
                return self.attribute(instance, name, node, "read")
        if isinstance(base, MapValue):
            self.applied("hash", key, node.slice)
        return self._item(base, node.slice)

    def _placed(self, listed: ast.expr, index: ast.expr, scope: Scope) -> None:
        """Records `list(Level)[0]` and `next(iter(Level))`: a member by its place."""
        match listed:
            case ast.Call(
                func=ast.Name(id="list" | "tuple" | "iter" as name), args=[given], keywords=[]
            ) if lookup(self.world, scope, name) == External(f"builtins.{name}"):
                with self.record.muted():
                    enum = self.world.resolve(self.eval(given, scope))
                place = ast.unparse(index)
                number = place.removeprefix("-").isdigit()
                if number and isinstance(enum, Symbol) and enum.class_like:
                    self.record.operation(self.module, listed, enum.ref, "place", place)

    def indexed(self, base: Value, node: ast.Subscript) -> None:
        """Records `base[...]`, as it is read, assigned or deleted."""
        kinds = {ast.Store: "setitem", ast.Del: "delitem"}
        constant = isinstance(node.slice, ast.Constant)
        detail = ast.unparse(node.slice) if constant else ""
        self.applied(kinds.get(type(node.ctx), "getitem"), base, node, detail)

    def _subscripted_class(
        self, base: Symbol | ConsumerClass, node: ast.Subscript, scope: Scope, role: Role
    ) -> Value:
        """`Base[T]`, or an enum's member by name."""
        match node.slice:
            case ast.Constant(value=str() as name) if name.isidentifier() and role != "base":
                if isinstance(base, Symbol) and not known(lookup(self.world, scope, name)):
                    self.attribute(base, name, node, "read")
                    return Instance(base)
        self.mention_annotation(node.slice, scope)
        self._mention(base, node.value, role)
        if isinstance(base, Symbol):
            index = isinstance(node.slice, ast.Constant | ast.UnaryOp)
            detail = ast.unparse(node.slice) if index else _how_many(node.slice)
            self.record.operation(self.module, node, base.ref, "subscript", detail)
        return base

    def _item(self, base: Value, index: ast.expr) -> Value:
        match base, index:
            case ((Container() | MapValue()), ast.Slice()):
                return base
            case ((Container(element=element) | MapValue(element=element)), _):
                return element
            case TupleValue(items=items), ast.Constant(value=int() as position):
                return items[position] if -len(items) <= position < len(items) else UNKNOWN
            case _, ast.Slice():
                return base if self._handed_out(base) is not None else UNKNOWN
            case _, ast.Constant(value=int() as position) if position >= 0:
                return self.taken(base, f"__item_{position}__")
        return self.taken(base, "__getitem__")

    def taken(self, value: Value, member: str) -> Value:
        """What is taken out of something of the provider's: who has it knows its class."""
        symbol = self._handed_out(value)
        return Instance(symbol.child(member).result) if symbol is not None else UNKNOWN

    def _handed_out(self, value: Value) -> Symbol | None:
        match self.world.resolve(value):
            case Instance(of=Symbol() as symbol) | Method(symbol=symbol, on_instance=True):
                return symbol
        return None

    # --- collections and comprehensions --------------------------------------------------

    def element(self, value: Value) -> Value:
        """What iterating over a value yields."""
        match self.world.resolve(value):
            case Container(element=element):
                return element
            case Pending(result=result):
                return self.element(result)
            case TupleValue(items=items) if items:
                return items[0] if all(item == items[0] for item in items) else UNKNOWN
            case Symbol() as symbol if symbol.class_like:
                return Instance(symbol)  # the members of an enum
        return self.taken(value, "__next__")

    def _sequence(self, node: ast.List | ast.Set, scope: Scope, _role: Role) -> Value:
        values = [self.world.resolve(self.eval(item, scope)) for item in node.elts]
        result: Value = NONE
        for value in values if isinstance(node, ast.Set) else ():
            self.applied("hash", value, node)
        for value in values:
            result = join(result, value)
        return Container(result if known(result) else UNKNOWN)

    def _tuple(self, node: ast.Tuple, scope: Scope, role: Role) -> Value:
        inner: Role = role if role in ("isinstance", "except") else "read"
        return TupleValue(
            tuple(self.world.resolve(self.eval(item, scope, inner)) for item in node.elts)
        )

    def _dict(self, node: ast.Dict, scope: Scope, _role: Role) -> Value:
        result: Value = NONE
        for key, item in zip(node.keys, node.values, strict=True):
            if key is not None:
                self.applied("hash", self.eval(key, scope), key)
            value = self.world.resolve(self.eval(item, scope))
            if key is None:
                self.applied("mapping", value, item)
            result = join(result, value)
        return MapValue(result if known(result) else UNKNOWN)

    def _formatted(self, node: ast.FormattedValue, scope: Scope, _role: Role) -> Value:
        value = self.eval(node.value, scope)
        asked = {-1: "format", ord("s"): "str", ord("r"): "repr"}.get(node.conversion)
        if asked is not None:
            self.applied(asked, value, node)
        if node.format_spec is not None:
            self.eval(node.format_spec, scope)
        return UNKNOWN

    def _starred(self, node: ast.Starred, scope: Scope, _role: Role) -> Value:
        self.applied("iterate", self.eval(node.value, scope), node)
        return UNKNOWN

    def _comprehension(
        self,
        node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp,
        scope: Scope,
        _role: Role,
    ) -> Value:
        inner = Scope("comprehension", self.module, parent=scope)
        for position, part in enumerate(node.generators):
            iterated = self.eval(part.iter, scope if position == 0 else inner)
            self.applied("async iterate" if part.is_async else "iterate", iterated, part.iter)
            self._bind_inner(part.target, self.element(iterated), inner)
            for test in part.ifs:
                self.eval(test, inner)
                inner.narrowed.update(self.narrowed_by(test, inner))
        if isinstance(node, ast.DictComp):
            self.eval(node.key, inner)
            return MapValue(self.world.resolve(self.eval(node.value, inner)))
        return Container(self.world.resolve(self.eval(node.elt, inner)))

    def _bind_inner(self, target: ast.expr, value: Value, inner: Scope) -> None:
        """Binds a comprehension's target, which is the comprehension's own."""
        match target:
            case ast.Name(id=name):
                inner.vars[name] = value
            case ast.Tuple(elts=items) | ast.List(elts=items):
                self.unpacked(value, target, items)
                for position, item in enumerate(items):
                    self._bind_inner(item, self.part(value, position, items), inner)
            case ast.Starred(value=name_node):
                self._bind_inner(name_node, UNKNOWN, inner)

    def unpacked(self, value: Value, target: ast.expr, targets: Sequence[ast.expr]) -> None:
        """Records that a value is unpacked, and into how many where that is a fixed number."""
        starred = [isinstance(item, ast.Starred) for item in targets]
        if not any(starred):
            self.applied("unpack", value, target, str(len(targets)))
            return
        first = starred.index(True)
        self.applied("unpack", value, target, f"{first}+{len(targets) - first - 1}")

    def part(self, value: Value, position: int, targets: Sequence[ast.expr]) -> Value:
        """What one target of an unpacking gets."""
        if isinstance(value, Container):
            return value.element
        if any(isinstance(target, ast.Starred) for target in targets):
            return UNKNOWN
        if isinstance(value, TupleValue):
            return value.items[position] if position < len(value.items) else UNKNOWN
        return self.taken(value, f"__item_{position}__")

    def _lambda(self, node: ast.Lambda, scope: Scope, _role: Role) -> Value:
        for default in (*node.args.defaults, *node.args.kw_defaults):
            if default is not None:
                self.eval(default, scope)
        inner = Scope("comprehension", self.module, parent=scope)
        arguments = node.args
        for argument in (
            *arguments.posonlyargs,
            *arguments.args,
            *arguments.kwonlyargs,
            *(extra for extra in (arguments.vararg, arguments.kwarg) if extra is not None),
        ):
            inner.vars[argument.arg] = UNKNOWN
        self.eval(node.body, inner)
        return UNKNOWN

    # --- types ---------------------------------------------------------------------------

    def mention_annotation(self, node: ast.expr, scope: Scope) -> None:
        """Records the provider names in an annotation, also inside strings."""
        match node:
            case ast.Constant(value=str() as text):
                inner = parsed(text)
                if inner is not None and not isinstance(inner, ast.Constant):
                    with self.record.at_line(node.lineno):
                        self.mention_annotation(inner, scope)
            case ast.Name() | ast.Attribute():
                self.eval(node, scope, "annotation")
            case ast.Subscript(value=base, slice=arguments):
                self.mention_annotation(base, scope)
                self._mention_arguments(base, arguments, scope)
            case _:
                for child in ast.iter_child_nodes(node):
                    if isinstance(child, ast.expr):
                        self.mention_annotation(child, scope)

    def _mention_arguments(self, base: ast.expr, arguments: ast.expr, scope: Scope) -> None:
        name = base.attr if isinstance(base, ast.Attribute) else getattr(base, "id", "")
        if name == "Literal":
            items = arguments.elts if isinstance(arguments, ast.Tuple) else [arguments]
            for item in items:
                self.eval(item, scope)  # `Literal[Level.hard]` reads a member
        elif name == "Annotated" and isinstance(arguments, ast.Tuple):
            self.mention_annotation(arguments.elts[0], scope)
            for item in arguments.elts[1:]:
                self.eval(item, scope)
        else:
            self.mention_annotation(arguments, scope)

    def is_type_checking(self, test: ast.expr, scope: Scope) -> bool:
        match test:
            case ast.Name(id=name):
                value = self.world.resolve(lookup(self.world, scope, name))
                return isinstance(value, External) and value.name.endswith(".TYPE_CHECKING")
            case ast.Attribute(attr="TYPE_CHECKING"):
                return True
        return False

    def asks_for(self, test: ast.expr, scope: Scope) -> tuple[str, str] | None:
        """The module or class, and the name, that a test asks for by `hasattr`, negated or not."""
        test = test.operand if isinstance(test, ast.UnaryOp) else test
        match test:
            case ast.Call(
                func=ast.Name(id="hasattr"), args=[asked, ast.Constant(value=str() as name)]
            ):
                owner = self._owner_of(asked, scope)
                return (owner, name) if owner is not None else None
        return None

    def _owner_of(self, node: ast.expr, scope: Scope) -> str | None:
        """The provider's module or class behind an expression."""
        with self.record.muted():
            value = self.world.resolve(self.eval(node, scope, "owner"))
        match value:
            case ModuleValue(name=module) if self.world.is_provider(module):
                return module
            case Symbol(ref=ref) | Instance(of=Symbol(ref=ref)):
                return ref
            case Instance(of=ConsumerClass(info=info)) | ConsumerClass(info=info):
                base = self.world.provider(info)
                return base.ref if base is not None else None
        return None

    def asked_by(self, test: ast.expr, scope: Scope) -> dict[str, Value]:
        """What a test asks of a value, whatever the answer: `isinstance(x, str)`, `callable(x)`.

        Whoever asks knows that it may be one thing or the other, so that nothing said of its type
        elsewhere tells what is done with it in either branch.
        """
        found: dict[str, Value] = {}
        for node in ast.walk(test):
            match node:
                case ast.Call(func=function, args=[ast.Name() | ast.Attribute() as asked, *rest]):
                    known_function = self._asks(function, scope)
                    tested = rest[0] if rest and known_function == "isinstance" else None
                    if known_function and not (tested and self._names_class(tested, scope)):
                        found[ast.unparse(asked)] = UNKNOWN
        return found

    def _asks(self, function: ast.expr, scope: Scope) -> str:
        """The name of a function that asks what kind of thing a value is, else nothing."""
        name = function.attr if isinstance(function, ast.Attribute) else ""
        if isinstance(function, ast.Name):
            name = function.id
        if name not in _ASKS_KIND:
            return ""
        with self.record.muted():
            value = self.world.resolve(self.eval(function, scope, "called"))
        return name if isinstance(value, External) else ""

    def _names_class(self, tested: ast.expr, scope: Scope) -> bool:
        """Whether a type that is asked for is a class of the provider's or the consumer's."""
        items = tested.elts if isinstance(tested, ast.Tuple) else [tested]
        with self.record.muted():
            values = [self.world.resolve(self.eval(item, scope)) for item in items]
        return any(isinstance(value, Symbol | ConsumerClass) for value in values)

    @contextmanager
    def asking(self, test: ast.expr, scope: Scope) -> Iterator[None]:
        """What a test asks about is of no known kind meanwhile."""
        before = dict(scope.narrowed)
        scope.narrowed.update(self.asked_by(test, scope))
        try:
            yield
        finally:
            scope.narrowed = still_shown(before, scope.narrowed)

    def narrowed_by(self, test: ast.expr, scope: Scope) -> dict[str, Value]:
        """What a condition that holds says about names: `isinstance(x, Event)`."""
        match test:
            case ast.BoolOp(op=ast.And(), values=operands):
                found: dict[str, Value] = {}
                for operand in operands:
                    found |= self.narrowed_by(operand, scope)
                return found
            case ast.Call(func=ast.Name(id="isinstance"), args=[ast.Name(id=name), tested]):
                with self.record.muted():
                    value = self.world.resolve(self.eval(tested, scope))
                if isinstance(value, Symbol | ConsumerClass):
                    return {name: Instance(value)}
        return {}

    @contextmanager
    def narrowing(self, test: ast.expr, scope: Scope) -> Iterator[None]:
        """What a condition says holds meanwhile."""
        before = dict(scope.narrowed)
        scope.narrowed.update(self.asked_by(test, scope))
        scope.narrowed.update(self.narrowed_by(test, scope))
        try:
            yield
        finally:
            scope.narrowed = still_shown(before, scope.narrowed)

    # --- patterns ------------------------------------------------------------------------

    def pattern(self, pattern: ast.pattern, subject: Value, scope: Scope) -> None:
        """A `case` pattern: what it names, and what it binds."""
        match pattern:
            case ast.MatchValue(value=value):
                self.eval(value, scope, "compare")
            case ast.MatchClass():
                self._class_pattern(pattern, scope)
            case ast.MatchAs(pattern=inner, name=name):
                matched = self._pattern_type(inner, scope) if inner is not None else subject
                if inner is not None:
                    self.pattern(inner, subject, scope)
                if name is not None:
                    self.set_name(scope, name, matched, pattern.lineno)
            case ast.MatchOr(patterns=patterns):
                for inner in patterns:
                    self.pattern(inner, subject, scope)
            case ast.MatchSequence(patterns=patterns):
                for inner in patterns:
                    self.pattern(inner, self.element(subject), scope)
            case ast.MatchMapping(keys=keys, patterns=patterns):
                for key in keys:
                    self.eval(key, scope)
                for inner in patterns:
                    self.pattern(inner, UNKNOWN, scope)
            case _:
                for name in pattern_names(pattern):
                    self.set_name(scope, name, UNKNOWN, pattern.lineno)

    def _class_pattern(self, pattern: ast.MatchClass, scope: Scope) -> None:
        owner = self.world.resolve(self.eval(pattern.cls, scope, "isinstance"))
        is_class = isinstance(owner, Symbol | ConsumerClass)
        receiver: Value = Instance(owner) if is_class else UNKNOWN  # type: ignore[arg-type]
        if pattern.patterns:
            self.applied("match", receiver, pattern)
        for inner in pattern.patterns:
            self.pattern(inner, UNKNOWN, scope)
        for name, inner in zip(pattern.kwd_attrs, pattern.kwd_patterns, strict=True):
            value = self.attribute(receiver, name, pattern.cls, "read")
            self.pattern(inner, UNKNOWN if isinstance(value, Method) else value, scope)

    def _pattern_type(self, pattern: ast.pattern, scope: Scope) -> Value:
        if isinstance(pattern, ast.MatchClass):
            with self.record.muted():
                value = self.world.resolve(self.eval(pattern.cls, scope))
            if isinstance(value, Symbol | ConsumerClass):
                return Instance(value)
        return UNKNOWN


def _how_many(index: ast.expr) -> str:
    """How many types stand in `[...]`, in words, as a number would be a place."""
    given = index.elts if isinstance(index, ast.Tuple) else [index]
    return "" if any(isinstance(item, ast.Starred) for item in given) else f"{len(given)} types"


class _Access:
    """One attribute access: decides whose attribute it is, and records it."""

    def __init__(
        self,
        reader: Expressions,
        name: str,
        node: ast.expr,
        role: Role,
        stored: bool,
        optional: bool,
    ) -> None:
        self._world = reader.world
        self._module = reader.module
        self._name = name
        self._node = node
        self._role = role
        self._stored = stored
        self._optional = optional

    def of_module(self, module: str) -> Value:
        world = self._world
        if not world.is_provider(module):
            value = world.export(module, self._name)
            if isinstance(value, Symbol) and self._mentioned:
                self._note(value.module, value.qualname, on_instance=False)
            return value
        if f"{module}.{self._name}" in world.known_modules:
            return ModuleValue(f"{module}.{self._name}")
        if self._mentioned:
            self._note(module, self._name, on_instance=False)
        return Symbol(module, self._name)

    def of_symbol(self, symbol: Symbol) -> Value:
        enum = symbol.owner
        if enum is not None and enum.class_like and self._name in _CONSTANT_PARTS:
            self._note(enum.ref, self._name, on_instance=True)
            return UNKNOWN
        if self._role != "called":
            self._note(symbol.ref, self._name, on_instance=False)
        return symbol.child(self._name)

    def of_instance(self, symbol: Symbol, receiver: Value) -> Value:
        if self._name == "__class__":
            return symbol
        if self._role != "called" or self._stored:
            self._note(symbol.ref, self._name, on_instance=True)
        field = self._world.field_type(symbol, self._name)
        return field if known(field) else Method(symbol.child(self._name), receiver)

    def of_consumer(self, receiver: Instance | ConsumerClass | SuperValue) -> Value:
        world = self._world
        if isinstance(receiver, SuperValue):
            return self._above(receiver)
        owner = receiver.of if isinstance(receiver, Instance) else receiver
        assert isinstance(owner, ConsumerClass)
        if self._name == "__class__":
            return owner
        found = world.attribute(owner.info, self._name, receiver)
        if found is not None:
            self._note_getter(owner)
            return found
        base = world.provider(owner.info)
        assigned = world.assigned(owner.info, self._name)
        if assigned is not None and self._own(assigned[1]):
            return assigned[0]
        if base is None:
            return UNKNOWN
        inherited = self._inherited(base, receiver)
        return assigned[0] if assigned is not None and known(assigned[0]) else inherited

    def _note_getter(self, owner: ConsumerClass) -> None:
        """Reading a property of the consumer's runs its function."""
        for current in self._world.lineage(owner.info):
            method = current.methods.get(self._name)
            if method is not None and method.kind == "property":
                target = f"{current.module.name}:{method.qualname}"
                self._world.recorder.reached(self._module, self._node, target)
                return

    def _own(self, early: bool) -> bool:
        """Whether an attribute set on `self` is the consumer's: private, or read after its own
        initializer has set it."""
        return self._name.startswith("_") or (early and not self._stored)

    def _above(self, receiver: SuperValue) -> Value:
        for base in self._world.bases(receiver.info):
            if isinstance(base, Symbol):
                above: Value = Instance(base)
                return self._inherited(base, above if receiver.instance else base)
            found = self._world.attribute(base.info, self._name, Instance(base))
            if found is not None:
                return found
        base_symbol = self._world.provider(receiver.info)
        if base_symbol is None:
            return UNKNOWN
        above = Instance(base_symbol)
        return self._inherited(base_symbol, above if receiver.instance else base_symbol)

    def _inherited(self, base: Symbol, receiver: Value) -> Value:
        """An attribute that only the provider's base class can have."""
        if isinstance(receiver, Instance):
            return self.of_instance(base, receiver)
        value = self.of_symbol(base)
        if self._name in _MAKERS and isinstance(receiver, ConsumerClass):
            return Method(base.child(self._name), Instance(receiver), on_instance=False)
        return value

    @property
    def _mentioned(self) -> bool:
        return self._role not in ("owner", "called", "base")

    def _note(self, owner: str, member: str, *, on_instance: bool) -> None:
        self._world.recorder.member(
            self._module,
            self._node,
            owner,
            member,
            on_instance=on_instance,
            stored=self._stored,
            optional=self._optional,
        )


def still_shown(before: dict[str, Value], after: dict[str, Value]) -> dict[str, Value]:
    """What tests had shown before a block, without the names that the block bound anew."""
    return {name: value for name, value in before.items() if name in after}


def _collection_result(name: str, of: Container | MapValue) -> Value:
    match name, of:
        case (("get" | "pop" | "setdefault" | "popleft" | "__getitem__"), _):
            return of.element
        case "values", MapValue():
            return Container(of.element)
        case "items", MapValue():
            return Container(TupleValue((UNKNOWN, of.element)))
        case "copy", _:
            return of
    return UNKNOWN
