"""Follows the consumer's statements in order, and keeps what each name denotes."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from contract_check.model.usage import Condition, Handler, Place, Region
from contract_check.usage.conditions import askable
from contract_check.usage.expressions import Expressions, still_shown
from contract_check.usage.flags import Ground, asks_for_versions, names_in, owners_of_versions
from contract_check.usage.outcomes import FunctionNode
from contract_check.usage.record import end_of_name, lines_of
from contract_check.usage.scopes import binding_scope, lookup, survey
from contract_check.usage.sources import absolute
from contract_check.usage.values import (
    UNKNOWN,
    ClassInfo,
    ConsumerClass,
    Container,
    External,
    Function,
    FunctionInfo,
    FunctionKind,
    Instance,
    Link,
    MapValue,
    Method,
    Module,
    ModuleValue,
    Scope,
    Symbol,
    TupleValue,
    Value,
    join,
    known,
    merge,
)
from contract_check.usage.world import World

_IMPORTING = (ast.Import, ast.ImportFrom, ast.Assign, ast.AnnAssign)
_LEAVING = (ast.Return, ast.Raise, ast.Break, ast.Continue)
_SWALLOWING = frozenset(("ImportError", "ModuleNotFoundError", "Exception", "BaseException"))
_MODULES = frozenset(("ModuleNotFoundError",))
"""A handler of it alone catches a module that is missing, and not a name that a module lacks."""
_UNGUARDED: frozenset[str] = frozenset()
_PROPERTIES = {"property", "cached_property", "computed_field", "getter", "setter", "deleter"}
_INITIALIZERS = {"__init__", "__new__", "__post_init__", "model_post_init"}


class Walker(Expressions):
    """Reads one module: its top level first, the bodies of its functions when all are known."""

    def __init__(self, world: World, module: Module) -> None:
        super().__init__(world, module)
        self._lazy = False
        self._guarded = _UNGUARDED
        self._statements: dict[type[ast.stmt], Callable[..., bool | None]] = {
            ast.Expr: self._expression,
            ast.Assign: self._assign,
            ast.AnnAssign: self._annotated_assign,
            ast.AugAssign: self._augmented_assign,
            ast.Import: self._import,
            ast.ImportFrom: self._import_from,
            ast.FunctionDef: self._define,
            ast.AsyncFunctionDef: self._define,
            ast.ClassDef: self._class,
            ast.If: self._if,
            ast.For: self._for,
            ast.AsyncFor: self._for,
            ast.While: self._while,
            ast.Try: self._try,
            ast.TryStar: self._try,
            ast.With: self._with,
            ast.AsyncWith: self._with,
            ast.Match: self._match,
            ast.Return: self._return,
            ast.Raise: self._raise,
            ast.Break: self._leave,
            ast.Continue: self._leave,
            ast.Assert: self._assert,
            ast.Delete: self._delete,
        }
        if alias := getattr(ast, "TypeAlias", None):  # Python 3.12
            self._statements[alias] = self._type_alias

    # --- blocks --------------------------------------------------------------------------

    def run_module(self) -> None:
        """The module's top level, once."""
        if not self.module.started:
            self.module.started = True
            self.block(self.module.tree.body, self.module.scope)

    def run_function(self, info: FunctionInfo, scope: Scope) -> None:
        """A function's body, with the names of its surroundings as they ended up."""
        self._lazy, self._guarded = True, _UNGUARDED
        self.within = info
        self.record.function(self.module, info.node, self.ref(info))
        self.block(info.node.body, self.enter(info, scope))

    def block(self, statements: Sequence[ast.stmt], scope: Scope) -> bool:
        """Follows statements in order.

        Returns:
            whether what follows the block is never reached from it.
        """
        ended = False
        for number, statement in enumerate(statements):
            if isinstance(statement, ast.If):
                self._note_choice(statement, statements[number + 1 :], scope)
                self._note_condition(statement, statements[number + 1 :], scope)
            handler = self._statements.get(type(statement))
            if handler is not None and handler(statement, scope):
                ended = True
            if isinstance(statement, _LEAVING):
                break  # nothing after it runs
        return ended

    def _branches(
        self, scope: Scope, blocks: Sequence[Callable[[], bool]], *, may_skip: bool
    ) -> bool:
        """Runs blocks that exclude one another, each from here; joins what they leave behind."""
        before, shown = scope.vars, scope.narrowed
        ends: list[dict[str, Value]] = [before] if may_skip else []
        kept = dict(shown)
        for run in blocks:
            scope.vars, scope.narrowed = dict(before), dict(shown)
            if not run():
                ends.append(scope.vars)
                kept = still_shown(kept, scope.narrowed)
        scope.narrowed = kept
        scope.vars = dict(before) if not ends else dict(ends[0])
        for end in ends[1:]:
            scope.vars = merge(scope.vars, end)
        return not ends

    def _leave(self, _node: ast.stmt, _scope: Scope) -> bool:
        return True

    # --- imports -------------------------------------------------------------------------

    def _import(self, node: ast.Import, scope: Scope) -> None:
        for alias in node.names:
            top = alias.name.partition(".")[0]
            value = self.world.imported_module(alias.name)
            if isinstance(value, ModuleValue) and self.world.is_provider(alias.name):
                self._imported(node, alias.name, None, alias.asname or top)
            if alias.asname is None and top != alias.name:
                value = self.world.imported_module(top)
            self.set_name(scope, alias.asname or top, value, node.lineno)

    def _import_from(self, node: ast.ImportFrom, scope: Scope) -> None:
        spelled = "." * node.level + (node.module or "")
        module = absolute(self.module.name, self.module.package, spelled)
        if module is None:
            return
        for alias in node.names:
            if self.world.is_provider(module) or self.world.is_provider(f"{module}.{alias.name}"):
                bound = alias.asname or alias.name
                self._imported(node, module, alias.name, bound)
            if alias.name == "*":
                self._import_star(module, scope, node.lineno)
                continue
            value = self._taken(module, alias.name)
            self.set_name(scope, alias.asname or alias.name, value, node.lineno)

    def _taken(self, module: str, name: str) -> Value:
        """What `from module import name` gives; a package may take its own submodules so."""
        if module != self.module.name:
            return self.world.imported_name(module, name)
        return self.module.scope.vars.get(name) or self.world.imported_module(f"{module}.{name}")

    def _import_star(self, module: str, scope: Scope, line: int) -> None:
        if self.world.is_provider(module):
            self.world.known_modules.add(module)
        elif self.world.is_consumer(module):
            for name in self.world.public_names(module):
                self.set_name(scope, name, Link(module, name), line)
            behind = self.world.modules.get(module)
            self.module.stars += behind.stars if behind is not None else []
            return
        self.module.stars.append(module)

    def _imported(self, node: ast.AST, module: str, name: str | None, bound_as: str) -> None:
        self.record.imported(
            self.module,
            node,
            module,
            name,
            bound_as=bound_as,
            lazy=self._lazy,
            guarded=bool(self._guarded),
            by_module=self._guarded == _MODULES,
        )

    def imported_dynamically(self, node: ast.Call, module: str, bound_as: str) -> None:
        self._imported(node, module, None, bound_as)

    # --- assignments ---------------------------------------------------------------------

    def set_name(self, scope: Scope, name: str, value: Value, line: int) -> None:
        """Binds a name; its declared type stays where the value says nothing."""
        target = binding_scope(scope, name)
        target.narrowed.pop(name, None)
        if target is not scope and scope.kind != "comprehension":
            value = join(target.vars.get(name), value)  # somebody else's name: either may hold
        target.vars[name] = value if known(value) else target.declared.get(name, value)
        if target.kind == "module":
            self.module.bound[name] = line

    def bind(self, target: ast.expr, value: Value, scope: Scope) -> None:
        match target:
            case ast.Name(id=name):
                self.set_name(scope, name, value, target.lineno)
            case ast.Tuple(elts=items) | ast.List(elts=items):
                self.unpacked(value, target, items)
                for position, item in enumerate(items):
                    self.bind(item, self.part(value, position, items), scope)
            case ast.Starred(value=inner):
                self.bind(inner, UNKNOWN, scope)
            case ast.Attribute(value=owner, attr=name):
                base = self.eval(owner, scope, "owner")
                self.attribute(base, name, target, "read", stored=True)
                self._note_stored(target, base, value)
            case ast.Subscript(value=owner, slice=index):
                self.indexed(self.eval(owner, scope), target)
                self.eval(index, scope)

    def _assign(self, node: ast.Assign, scope: Scope) -> None:
        first = node.targets[0]
        self.bound_as = first.id if isinstance(first, ast.Name) else ""
        value = self.eval(node.value, scope, "aliased")
        self.bound_as = ""
        for target in node.targets:
            self.bind(target, value, scope)
            if isinstance(target, ast.Name) and target.id == "__all__" and scope.kind == "module":
                self.module.exports = _strings(node.value)
            if isinstance(target, ast.Name) and scope.kind == "class" and scope.info:
                scope.info.members[target.id] = None
                scope.info.constants[target.id] = value

    def _annotated_assign(self, node: ast.AnnAssign, scope: Scope) -> None:
        self.mention_annotation(node.annotation, scope)
        declared = self.world.annotated(node.annotation, scope)
        value = self.eval(node.value, scope) if node.value is not None else None
        match node.target:
            case ast.Name(id=name):
                self._declare(node, name, declared, value, scope)
            case other if value is not None:
                self.bind(other, value, scope)

    def _declare(
        self, node: ast.AnnAssign, name: str, declared: Value, value: Value | None, scope: Scope
    ) -> None:
        if scope.kind == "class" and scope.info is not None:
            is_constant = ast.unparse(node.annotation).rpartition("ClassVar")[1] != ""
            if is_constant:
                scope.info.members[name] = None
                scope.info.constants[name] = declared
            else:
                scope.info.fields[name] = node.annotation
        if name == "__all__" and node.value is not None and scope.kind == "module":
            self.module.exports = _strings(node.value)
        if known(declared):
            binding_scope(scope, name).declared[name] = declared
        if value is not None or scope.kind != "class":
            says_more = isinstance(value, Method) and known(declared)
            shown = declared if value is None or says_more else value
            self.set_name(scope, name, shown, node.lineno)

    def _augmented_assign(self, node: ast.AugAssign, scope: Scope) -> None:
        self.eval(node.value, scope)
        match node.target:
            case ast.Name(id="__all__") if scope.kind == "module":
                self._extend_exports(node.value)
            case ast.Name(id=name):
                self.eval(node.target, scope)
                self.set_name(scope, name, UNKNOWN, node.lineno)
            case target:
                self.eval(target, scope)
                if isinstance(target, ast.Attribute):
                    self.bind(target, UNKNOWN, scope)

    def _extend_exports(self, value: ast.expr) -> None:
        more = _strings(value)
        if more is not None and self.module.exports is not None:
            self.module.exports = self.module.exports + more
        elif isinstance(value, ast.Attribute) and isinstance(value.value, ast.Name):
            behind = self.world.resolve(lookup(self.world, self.module.scope, value.value.id))
            if isinstance(behind, ModuleValue) and self.module.exports is not None:
                self.module.exports += self.world.public_names(behind.name)

    def _delete(self, node: ast.Delete, scope: Scope) -> None:
        for target in node.targets:
            if isinstance(target, ast.Name):
                self.set_name(scope, target.id, UNKNOWN, node.lineno)
            else:
                self.eval(target, scope)

    def _type_alias(self, node: ast.stmt, scope: Scope) -> None:
        name, value = getattr(node, "name", None), getattr(node, "value", None)
        if isinstance(name, ast.Name) and isinstance(value, ast.expr):
            self.mention_annotation(value, scope)
            self.set_name(scope, name.id, self.alias(value, scope), node.lineno)

    # --- simple statements ---------------------------------------------------------------

    def _expression(self, node: ast.Expr, scope: Scope) -> None:
        if isinstance(node.value, ast.Constant):
            return
        match node.value:
            case ast.Call(
                func=ast.Attribute(value=ast.Name(id="__all__"), attr="extend" | "append"),
                args=[argument],
            ) if scope.kind == "module":
                wrapped = isinstance(argument, ast.Constant)
                self._extend_exports(ast.List([argument]) if wrapped else argument)
        self.eval(node.value, scope)

    def _return(self, node: ast.Return, scope: Scope) -> bool:
        if node.value is not None:
            self.eval(node.value, scope)
        return True

    def _raise(self, node: ast.Raise, scope: Scope) -> bool:
        for value in (node.exc, node.cause):
            if value is not None:
                self.eval(value, scope, "raise")
        return True

    def _assert(self, node: ast.Assert, scope: Scope) -> None:
        self.eval(node.test, scope)
        if node.msg is not None:
            self.eval(node.msg, scope)
        scope.narrowed.update(self.narrowed_by(node.test, scope))

    # --- compound statements -------------------------------------------------------------

    def _if(self, node: ast.If, scope: Scope) -> bool:
        if self.is_type_checking(node.test, scope):
            with self._guard():
                self.block(node.body, scope)
            with self._kept(scope):
                self.block(node.orelse, scope)
            return False
        if isinstance(node.test, ast.Constant):  # `if False:`
            return self.block(node.body if node.test.value else node.orelse, scope)
        self.applied("bool", self.eval(node.test, scope), node.test)
        ended_early = False

        def body() -> bool:
            nonlocal ended_early
            with self.narrowing(node.test, scope):
                ended_early = self.block(node.body, scope)
            return ended_early

        def other() -> bool:
            with self.asking(node.test, scope):
                return self.block(node.orelse, scope)

        ended = self._branches(scope, [body, other], may_skip=False)
        if ended_early:
            scope.narrowed.update(self.asked_by(node.test, scope))
        if ended_early and isinstance(node.test, ast.UnaryOp) and isinstance(node.test.op, ast.Not):
            scope.narrowed.update(self.narrowed_by(node.test.operand, scope))
        return ended

    def _note_choice(self, node: ast.If, following: Sequence[ast.stmt], scope: Scope) -> None:
        """Notes which statements run only where `hasattr` says yes, and which where it says no."""
        negated = isinstance(node.test, ast.UnaryOp) and isinstance(node.test.op, ast.Not)
        found = self.asks_for(node.test, scope)
        if found is None:
            return
        owner, name = found
        self.record.choice(self.module, node.body, owner, name, not negated)
        if node.orelse:
            self.record.choice(self.module, node.orelse, owner, name, negated)
        elif following and isinstance(node.body[-1], ast.Return | ast.Raise | ast.Continue):
            self.record.choice(self.module, following, owner, name, negated)

    def _note_condition(self, node: ast.If, following: Sequence[ast.stmt], scope: Scope) -> None:
        """Notes which statements run where a test that can be asked for is true, and which not."""
        names = askable(node.test, scope)
        if names is None or self.is_type_checking(node.test, scope):
            return
        fails: Region | None = None
        if node.orelse:
            fails = lines_of(self.module, node.orelse)
        elif following and isinstance(node.body[-1], ast.Return | ast.Raise | ast.Continue):
            fails = lines_of(self.module, following)
        holds = lines_of(self.module, node.body)
        test = ast.unparse(node.test)
        # A version of the consumer's own is a setting: it may be another where it really runs.
        of_provider = asks_for_versions(node.test) or any(
            self._is_providers(name, scope) or self._says_version(name, self.module, set())
            for name in names
        )
        use = Condition(self.module.name, test, holds, fails, of_provider)
        self.record.condition(self.module, node, use)

    def _says_version(self, name: str, module: Module, seen: set[tuple[str, str]]) -> bool:
        """Whether a global name of the consumer's rests on which version is installed."""
        if (module.name, name) in seen:
            return False
        seen.add((module.name, name))
        value = module.scope.vars.get(name)
        if isinstance(value, Link):
            other = self.world.modules.get(value.module)
            return other is not None and self._says_version(value.name, other, seen)
        if isinstance(value, Symbol) and "version" in value.ref.lower():
            return True
        return any(self._rests_on(item, module, seen) for item in module.grounds.get(name, ()))

    def _rests_on(self, ground: Ground, module: Module, seen: set[tuple[str, str]]) -> bool:
        if isinstance(ground, ast.alias):
            return self.world.is_provider(ground.name)
        if asks_for_versions(ground) or self._asks_provider(ground, module):
            return True
        owners = owners_of_versions(ground)
        return any(self._is_providers(name, module.scope) for name in owners) or any(
            self._says_version(name, module, seen) for name in names_in(ground)
        )

    def _asks_provider(self, expression: ast.expr, module: Module) -> bool:
        """Whether an expression looks at the provider, and makes nothing of it."""
        names = askable(expression, module.scope)
        return names is not None and any(self._is_providers(name, module.scope) for name in names)

    def _is_providers(self, name: str, scope: Scope) -> bool:
        value = self.world.resolve(lookup(self.world, scope, name))
        if isinstance(value, ModuleValue):
            return self.world.is_provider(value.name)
        return isinstance(value, Symbol)

    @contextmanager
    def _kept(self, scope: Scope) -> Iterator[None]:
        """What is bound already stays as it is, unless by a class of the consumer's own, which is
        what runs; new names are added."""
        before = dict(scope.vars)
        yield
        own = {name: v for name, v in scope.vars.items() if isinstance(v, ConsumerClass)}
        scope.vars = {**scope.vars, **before, **own}

    def _for(self, node: ast.For | ast.AsyncFor, scope: Scope) -> None:
        iterated = self.eval(node.iter, scope)
        asynchronous = isinstance(node, ast.AsyncFor)
        self.applied("async iterate" if asynchronous else "iterate", iterated, node.iter)

        def body() -> bool:
            self.bind(node.target, self.element(iterated), scope)
            self.block(node.body, scope)
            return False

        self._branches(scope, [body], may_skip=True)
        self.block(node.orelse, scope)

    def _while(self, node: ast.While, scope: Scope) -> None:
        self.applied("bool", self.eval(node.test, scope), node.test)

        def body() -> bool:
            with self.narrowing(node.test, scope):
                self.block(node.body, scope)
            return False

        self._branches(scope, [body], may_skip=True)
        self.block(node.orelse, scope)

    def _try(self, node: ast.Try | ast.TryStar, scope: Scope) -> bool:
        before = dict(scope.vars)
        swallows = any(_swallows_import_error(handler) for handler in node.handlers)
        self.record.tried(self.module, node.body, self._handlers(node, scope))
        with self._guard(_guard_of(node) if swallows and _is_for_imports(node) else _UNGUARDED):
            body_ended = self.block(node.body, scope)
        after = scope.vars
        scope.vars = dict(after)
        ended = self.block(node.orelse, scope) or body_ended
        ends = [] if ended else [scope.vars]
        for handler in node.handlers:
            scope.vars = merge(before, after)
            if not self._handler(handler, scope):
                ends.append(scope.vars)
        result = dict(ends[0]) if ends else dict(after)
        for end in ends[1:]:
            result = merge(result, end)
        if swallows:
            result |= _imported_names(before, after)
        scope.vars = result
        return self.block(node.finalbody, scope) or not ends

    def _handlers(self, node: ast.Try | ast.TryStar, scope: Scope) -> Iterator[Handler]:
        for handler in node.handlers:
            names = ["builtins:BaseException"]
            with self.record.muted():
                if handler.type is not None:
                    names = self._exceptions(self.eval(handler.type, scope, "except"))
            body = ";".join(ast.dump(item) for item in handler.body)
            place = Place(self.module.file, end_of_name(handler.type or handler)[0])
            yield Handler(tuple(names), place, body, lines_of(self.module, handler.body))

    def _exceptions(self, value: Value) -> list[str]:
        """The exceptions of an `except` clause that are known."""
        items = value.items if isinstance(value, TupleValue) else (value,)
        found = [self._exception(self.world.resolve(item)) for item in items]
        return [ref for ref in found if ref is not None]

    def _exception(self, value: Value) -> str | None:
        if isinstance(value, External):
            module, _, name = value.name.rpartition(".")
            return f"{module}:{name}" if module == "builtins" else None
        return value.ref if isinstance(value, Symbol) else None

    def _handler(self, handler: ast.ExceptHandler, scope: Scope) -> bool:
        caught = self.eval(handler.type, scope, "except") if handler.type is not None else UNKNOWN
        for ref in self._exceptions(caught):
            if handler.type is not None:
                self.record.caught(self.module, handler.type, ref)
        if handler.name is not None:
            caught = self.world.resolve(caught)
            is_class = isinstance(caught, Symbol | ConsumerClass)
            error = Instance(caught) if is_class else UNKNOWN  # type: ignore[arg-type]
            self.set_name(scope, handler.name, error, handler.lineno)
        return self.block(handler.body, scope)

    @contextmanager
    def _guard(self, caught: frozenset[str] = _SWALLOWING) -> Iterator[None]:
        before, self._guarded = self._guarded, self._guarded | caught
        try:
            yield
        finally:
            self._guarded = before

    def _with(self, node: ast.With | ast.AsyncWith, scope: Scope) -> bool:
        suppressing = _UNGUARDED
        for item in node.items:
            entered = self.eval(item.context_expr, scope)
            self._note_suppressed(node, item.context_expr, scope)
            operation = "async with" if isinstance(node, ast.AsyncWith) else "with"
            self.applied(operation, entered, item.context_expr)
            suppressing |= _suppressed_import_errors(item.context_expr)
            if item.optional_vars is not None:
                method = "__aenter__" if isinstance(node, ast.AsyncWith) else "__enter__"
                value = self.entered(entered, method, item.context_expr)
                self.bind(item.optional_vars, value, scope)
        before = dict(scope.vars)
        with self._guard(suppressing):
            ended = self.block(node.body, scope)
        if suppressing:
            scope.vars = merge(before, scope.vars)
        return ended and not suppressing

    def _note_suppressed(
        self, node: ast.With | ast.AsyncWith, manager: ast.expr, scope: Scope
    ) -> None:
        if not (isinstance(manager, ast.Call) and _decorator_name(manager.func) == "suppress"):
            return
        with self.record.muted():
            names = [
                ref for item in manager.args for ref in self._exceptions(self.eval(item, scope))
            ]
        for ref in names:
            self.record.caught(self.module, manager, ref)
        place = Place(self.module.file, end_of_name(manager)[0])
        self.record.tried(self.module, node.body, [Handler(tuple(names), place, "")])

    def _match(self, node: ast.Match, scope: Scope) -> bool:
        subject = self.eval(node.subject, scope)

        def run(case: ast.match_case) -> Callable[[], bool]:
            def body() -> bool:
                self.pattern(case.pattern, subject, scope)
                if case.guard is not None:
                    self.eval(case.guard, scope)
                return self.block(case.body, scope)

            return body

        return self._branches(scope, [run(case) for case in node.cases], may_skip=True)

    def _note_stored(self, target: ast.Attribute, base: Value, value: Value) -> None:
        """Notes something of the consumer's own in an attribute of the provider's instance."""
        match self.world.resolve(base):
            case Instance(of=Symbol() as owner):
                for given in self.handing.known(f".{target.attr}", self.world.resolve(value)):
                    self.note_given(target, owner, given)

    def note_class_attributes(self, info: ClassInfo, provider: Symbol) -> None:
        """Notes what of the consumer's own a class puts into attributes of a provider's class."""
        for name, value in info.constants.items():
            for given in self.handing.known(f".{name}", self.world.resolve(value)):
                self.note_given(info.node, provider, given)

    def _note_decorated(
        self, node: ast.expr, function: FunctionInfo | ClassInfo, scope: Scope
    ) -> None:
        """Notes that a decorator of the provider's is given a function or class."""
        made = isinstance(node, ast.Call)
        with self.record.muted():
            callee = self.world.resolve(
                self.eval(node.func if isinstance(node, ast.Call) else node, scope, "called")
            )
        if isinstance(callee, Symbol | Method):
            argument = "returned" if made else "0"
            own = ConsumerClass(function) if isinstance(function, ClassInfo) else Function(function)
            for given in self.handing.known(argument, own):
                self.note_given(node, callee, given)

    # --- definitions ---------------------------------------------------------------------

    def _define(self, node: FunctionNode, scope: Scope) -> None:
        decorators = {_decorator_name(decorator) for decorator in node.decorator_list}
        made_by = [self._decorator(decorator, scope) for decorator in node.decorator_list]
        for default in (*node.args.defaults, *node.args.kw_defaults):
            if default is not None:
                self.eval(default, scope)
        for argument in _arguments(node.args):
            if argument.annotation is not None:
                self.mention_annotation(argument.annotation, scope)
        if node.returns is not None:
            self.mention_annotation(node.returns, scope)
        owner = scope.info if scope.kind == "class" else None
        info = FunctionInfo(node, scope, _kind(node, owner), owner, qualname(scope, node.name))
        for item in node.decorator_list:
            self._note_decorated(item, info, scope)
        for decorator in made_by:
            if decorator is not None:
                self.record.decorated(self.module, node, self.ref(info), self.ref(decorator))
        self.set_name(scope, node.name, Function(info), node.lineno)
        if owner is not None:
            owner.members[node.name] = None
            if not ("setter" in decorators or "deleter" in decorators):  # the getter has the type
                owner.methods[node.name] = info
            self._survey_method(info, owner)
        if self.module.rebinds and survey(node, walrus=False).global_names:
            self.world.pending.insert(0, (info, scope))  # what it does to them, others must see
        else:
            self.world.pending.append((info, scope))

    def _decorator(self, node: ast.expr, scope: Scope) -> FunctionInfo | None:
        """The consumer's function that decorates, or that makes what decorates."""
        self.eval(node, scope, "decorator")
        with self.record.muted():
            function = node.func if isinstance(node, ast.Call) else node
            found = self.world.resolve(self.eval(function, scope, "decorator"))
        return found.info if isinstance(found, Function) else None

    def _survey_method(self, info: FunctionInfo, owner: ClassInfo) -> None:
        """Notes what a method assigns on `self`."""
        if info.kind not in ("method", "property") or not _positional(info.node.args):
            return
        me = _positional(info.node.args)[0].arg
        for attribute, name, value, annotation in survey(info.node, walrus=False).stores:
            if name != me:
                continue
            if annotation is not None:
                owner.annotated.setdefault(attribute, (info, annotation))
            unknown = ast.Name("", ast.Load())  # no such name: of no known type
            owner.assigned.setdefault(attribute, []).append((info, value or unknown))
            if info.node.name in _INITIALIZERS:
                owner.early.add(attribute)

    def _class(self, node: ast.ClassDef, scope: Scope) -> None:
        for decorator in node.decorator_list:
            self.eval(decorator, scope, "decorator")
        bases = tuple(self.eval(base, scope, "base") for base in node.bases)
        for keyword in node.keywords:
            self.eval(keyword.value, scope)
        body = Scope("class", self.module, parent=scope)
        info = ClassInfo(self.module, qualname(scope, node.name), node, body, bases)
        body.info = info
        for decorator in node.decorator_list:
            self._note_decorated(decorator, info, scope)
        self.world.classes.append(info)
        self.block(node.body, body)
        if scope.kind == "class" and scope.info is not None:
            scope.info.members[node.name] = None
        self.set_name(scope, node.name, ConsumerClass(info), node.lineno)

    def enter(self, info: FunctionInfo, scope: Scope) -> Scope:
        """A function's own block, its parameters bound to what their annotations say."""
        found = survey(info.node, walrus=self.module.walrus)
        arguments = _arguments(info.node.args)
        inner = Scope(
            "function",
            self.module,
            parent=scope,
            local=frozenset(found.names | {argument.arg for argument in arguments}),
            shared=frozenset(found.shared),
            info=info.owner or (scope.info if scope.kind == "function" else None),
        )
        inner.qualname = f"{info.qualname}.<locals>"
        for argument in arguments:
            value = self.world.annotated(argument.annotation, scope)
            if argument is info.node.args.vararg:
                value = Container(value)
            elif argument is info.node.args.kwarg:
                value = MapValue(value)
            inner.vars[argument.arg] = value
            if known(value):
                inner.declared[argument.arg] = value
        self._bind_receiver(info, inner)
        return inner

    def _bind_receiver(self, info: FunctionInfo, inner: Scope) -> None:
        if info.owner is None or info.kind == "static" or not _positional(info.node.args):
            return
        owner = ConsumerClass(info.owner)
        first = _positional(info.node.args)[0].arg
        inner.vars[first] = owner if info.kind == "class" else Instance(owner)
        inner.declared.pop(first, None)
        inner.receiver = inner.vars[first]


def qualname(scope: Scope, name: str) -> str:
    """The qualified name of something defined in a block, as Python spells it."""
    if scope.kind == "class" and scope.info is not None:
        return f"{scope.info.qualname}.{name}"
    return f"{scope.qualname}.{name}" if scope.kind == "function" else name


def _arguments(arguments: ast.arguments) -> list[ast.arg]:
    rest = [arg for arg in (arguments.vararg, arguments.kwarg) if arg is not None]
    return [*_positional(arguments), *arguments.kwonlyargs, *rest]


def _positional(arguments: ast.arguments) -> list[ast.arg]:
    return [*arguments.posonlyargs, *arguments.args]


def _kind(node: FunctionNode, owner: ClassInfo | None) -> FunctionKind:
    if owner is None:
        return "function"
    decorators = {_decorator_name(decorator) for decorator in node.decorator_list}
    if "staticmethod" in decorators:
        return "static"
    first = _positional(node.args)[:1]
    names_class = bool(first) and first[0].arg in {"cls", "mcs", "metacls"}
    if "classmethod" in decorators or names_class:
        return "class"
    return "property" if decorators & _PROPERTIES else "method"


def _decorator_name(node: ast.expr) -> str:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case ast.Call(func=func):
            return _decorator_name(func)
    return ""


def _strings(node: ast.expr) -> list[str] | None:
    """The strings of a literal list or tuple, or a sum of such."""
    match node:
        case ast.List(elts=items) | ast.Tuple(elts=items) | ast.Set(elts=items):
            texts = [item.value for item in items if isinstance(item, ast.Constant)]
            return [text for text in texts if isinstance(text, str)]
        case ast.BinOp(op=ast.Add(), left=left, right=right):
            first, second = _strings(left), _strings(right)
            return first + second if first is not None and second is not None else None
    return None


def _imported_names(before: dict[str, Value], after: dict[str, Value]) -> dict[str, Value]:
    """What a guarded block imported: that is what the consumer means to use."""
    return {
        name: value
        for name, value in after.items()
        if isinstance(value, Symbol | ModuleValue | Link) and before.get(name) != value
    }


def _swallows_import_error(handler: ast.ExceptHandler) -> bool:
    """Whether a handler catches ImportError and goes on."""
    if handler.type is not None and not (_exception_names(handler.type) & _SWALLOWING):
        return False
    return not isinstance(handler.body[-1], ast.Raise)


def _is_for_imports(node: ast.Try | ast.TryStar) -> bool:
    """Whether a `try` that goes on after ImportError was written with that in mind.

    One that catches everything around other work hides a lost import; it does not expect it.
    """
    named = any(
        _exception_names(handler.type) & {"ImportError", "ModuleNotFoundError"}
        for handler in node.handlers
        if handler.type is not None
    )
    return named or all(isinstance(item, _IMPORTING) for item in node.body)


def _exception_names(node: ast.expr) -> set[str]:
    items = node.elts if isinstance(node, ast.Tuple) else [node]
    return {_decorator_name(item) for item in items}


def _guard_of(node: ast.Try | ast.TryStar) -> frozenset[str]:
    """Which failures of an import the handlers of a `try` catch."""
    caught: set[str] = set()
    for handler in node.handlers:
        if _swallows_import_error(handler):
            names = {"BaseException"} if handler.type is None else _exception_names(handler.type)
            caught |= names & _SWALLOWING
    return frozenset(caught)


def _suppressed_import_errors(node: ast.expr) -> frozenset[str]:
    if not (isinstance(node, ast.Call) and _decorator_name(node.func) == "suppress"):
        return _UNGUARDED
    names = {name for argument in node.args for name in _exception_names(argument)}
    return frozenset(names & _SWALLOWING)
