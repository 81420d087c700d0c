"""Reads what the provider's own code does with what it is handed: never imported, never run."""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path

from contract_check.model.code import ANYTHING, Manner, OwnCall, ProviderCode, Spread
from contract_check.model.usage import Place
from contract_check.usage.provider_slots import NOTHING, Context, Slots
from contract_check.usage.source_modules import (
    FunctionNode,
    SourceClass,
    SourceModule,
    SourceModules,
    finder,
)
from contract_check.usage.syntax import (
    is_dotted,
    last_name,
    leaves,
    looks_of,
    method_of,
    parameters_of,
    root_name,
)

_KEEPING = frozenset(
    "append appendleft add insert extend update push put put_nowait register setdefault".split()
)
"""Methods of collections that keep their arguments."""
_WHATEVER = frozenset("signature getfullargspec isawaitable iscoroutine".split())
"""Those whose argument need not be the callee itself."""

_INITIALIZERS = frozenset(("__init__", "__new__", "__post_init__"))


def read_provider(
    files: Mapping[str, Path], modules: Iterable[str], wanted: Collection[str]
) -> ProviderCode:
    """What some of the provider's modules do with what they are handed.

    Args:
        files: the provider's files, relative to site-packages, to where they are.
        modules: the modules to read; others are only looked up for the names they define.
        wanted: members whose calls count on an object of which nothing is known, too.
    """
    return _Reader(SourceModules(finder(files)), frozenset(wanted)).read(tuple(modules))


class _Reader(Slots):
    def __init__(self, modules: SourceModules, wanted: frozenset[str]) -> None:
        super().__init__(modules)
        self._wanted = wanted
        self._calls: dict[tuple[str, str], set[OwnCall]] = {}
        self._spreads: dict[str, dict[Spread, None]] = {}
        self._flows: dict[str, set[str]] = {}
        self._functions: dict[str, set[str]] = {}
        self._returned: dict[str, str] = {}

    def read(self, names: tuple[str, ...]) -> ProviderCode:
        found = [module for name in names if (module := self.modules.module(name)) is not None]
        for module in found:  # what an initializer keeps, other methods use
            self._module(module, initializers=True)
        for module in found:
            self._module(module, initializers=False)
        return ProviderCode(
            calls={key: tuple(sorted(found)) for key, found in self._calls.items()},
            flows={slot: frozenset(found) for slot, found in self._flows.items()},
            spreads={slot: tuple(found) for slot, found in self._spreads.items()},
            functions={ref: frozenset(found) for ref, found in self._functions.items()},
            returned=dict(self._returned),
        )

    # --- definitions ---------------------------------------------------------------------

    def _module(self, module: SourceModule, *, initializers: bool) -> None:
        for name, node in module.names.items():
            ref = f"{module.name}:{name}"
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not initializers:
                self._function(module, ref, node, None)
            elif isinstance(node, ast.ClassDef) and (own := self.modules.class_of(ref)):
                if initializers:
                    self._fields(own)
                for method in own.methods.values():
                    if (method.name in _INITIALIZERS) is initializers:
                        self._function(module, f"{ref}.{method.name}", method, own)

    def _fields(self, own: SourceClass) -> None:
        """What the generated constructor of a dataclass or model does: it keeps its arguments."""
        for name, annotation in own.fields.items():
            slot = f"attribute {own.ref}.{name}"
            self.kept.setdefault(slot, set()).update(self.typed(own.module, annotation))
            if "__init__" not in own.methods:
                self._flow({f"argument {own.ref}.__init__({name})"}, {slot})

    def _function(
        self, module: SourceModule, ref: str, node: FunctionNode, owner: SourceClass | None
    ) -> None:
        try:
            looks = cache(lambda: tuple(looks_of(node)))
            context = Context(module, ref, {}, owner, looks)
            self._functions.setdefault(ref, set())
            self._parameters(ref, node, context, owner)
            self._block(node.body, context)
        except RecursionError:
            return

    def _parameters(
        self, ref: str, node: FunctionNode, context: Context, owner: SourceClass | None
    ) -> None:
        arguments = node.args
        every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
        for item in (*every, *filter(None, (arguments.vararg, arguments.kwarg))):
            typed = self.typed(context.module, item.annotation)
            context.env[item.arg] = frozenset((f"argument {ref}({item.arg})", *typed))
        decorators = {ast.unparse(item).rpartition(".")[2] for item in node.decorator_list}
        if owner is not None and every and "staticmethod" not in decorators:
            is_class = "classmethod" in decorators or node.name in (
                "__new__",
                "__init_subclass__",
                "__class_getitem__",
            )
            kind = "class" if is_class else "instance"
            context.env[every[0].arg] = frozenset((f"{kind} {owner.ref}",))

    # --- statements ----------------------------------------------------------------------

    def _block(self, body: Iterable[ast.stmt], context: Context) -> None:
        for statement in body:
            self._visit(statement, context)
            if isinstance(statement, ast.If) and leaves(statement):
                context = context.conditional()

    def _visit(self, node: ast.AST, context: Context, manner: Manner = "used") -> None:
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                self._inner(node, context)
            case ast.ClassDef(body=body):
                self._block(body, context)
            case ast.Lambda(args=arguments, body=body):
                names = {item.arg for item in (*arguments.args, *arguments.kwonlyargs)}
                known = {name: slots for name, slots in context.env.items() if name not in names}
                self._visit(body, replace(context, env=known))
            case ast.Assign(targets=targets, value=value):
                self._visit(value, context)
                for target in targets:
                    self._bind(target, self.slots_of(value, context), context)
            case ast.AnnAssign(target=target, annotation=annotation, value=assigned):
                typed = frozenset(self.typed(context.module, annotation))
                if assigned is not None:
                    self._visit(assigned, context)
                    typed |= self.slots_of(assigned, context)
                self._bind(target, typed, context)
            case ast.NamedExpr(target=target, value=value):
                self._visit(value, context)
                self._bind(target, self.slots_of(value, context), context)
            case ast.For(target=target, iter=iterated) | ast.AsyncFor(target=target, iter=iterated):
                self._visit(iterated, context)
                self._bind(target, self.slots_of(iterated, context), context)
                self._block((*node.body, *node.orelse), context)
            case ast.If(test=test) | ast.IfExp(test=test):
                self._visit(test, context)
                for part in ("body", "orelse"):
                    self._either(getattr(node, part), context.conditional())
            case ast.Try() | ast.TryStar():
                self._block((*node.body, *node.orelse, *node.finalbody), context)
                for handler in node.handlers:
                    self._block(handler.body, context.conditional())
            case ast.Match(subject=subject, cases=cases):
                self._visit(subject, context)
                for case in cases:
                    self._block(case.body, context.conditional())
            case ast.With(items=items, body=body) | ast.AsyncWith(items=items, body=body):
                for entered in items:
                    self._visit(entered.context_expr, context)
                    if entered.optional_vars is not None:
                        slots = self.slots_of(entered.context_expr, context)
                        self._bind(entered.optional_vars, slots, context)
                self._block(body, context)
            case ast.Return(value=ast.Name(id=name)) if name in context.inner:
                self._returned[context.ref] = context.inner[name]
            case ast.Return(value=ast.expr() as value):
                self._visit(value, context, "handed on")
            case ast.BoolOp(values=[first, *rest]):
                self._visit(first, context)
                for item in rest:
                    self._visit(item, context.conditional())
            case _:
                self._expression(node, context, manner)

    def _either(self, part: object, context: Context) -> None:
        if isinstance(part, list):
            self._block(part, context)
        elif isinstance(part, ast.AST):
            self._visit(part, context)

    def _expression(self, node: ast.AST, context: Context, manner: Manner) -> None:
        match node:
            case ast.Await(value=value):
                self._visit(value, context, "awaited")
            case ast.Expr(value=value):
                self._visit(value, context, "dropped")
            case ast.ListComp() | ast.SetComp() | ast.GeneratorExp() | ast.DictComp():
                inner = replace(context, env=dict(context.env))
                for generator in node.generators:
                    self._visit(generator.iter, inner)
                    self._bind(generator.target, self.slots_of(generator.iter, inner), inner)
                    for test in generator.ifs:
                        self._visit(test, inner)
                        inner = inner.conditional()
                for name in ("elt", "key", "value"):
                    if (part := getattr(node, name, None)) is not None:
                        self._visit(part, inner, "handed on")
            case ast.Call():
                self._call(node, context, manner)
            case ast.Attribute(value=value, attr=name, ctx=ast.Load()):
                self._record(value, name, lambda: self._own_call(node, context), context)
                self._visit(value, context)
            case ast.Constant() | ast.Name():
                pass
            case _:
                for child in ast.iter_child_nodes(node):
                    self._visit(child, context)

    def _inner(self, node: FunctionNode, context: Context) -> None:
        """A function inside a function: what it is given has slots of its own."""
        ref = f"{context.ref}.<locals>.{node.name}"
        inner = replace(context, env=dict(context.env), sometimes=False)
        self._parameters(ref, node, inner, None)
        first = [*node.args.posonlyargs, *node.args.args][:1]
        if first:
            context.inner[node.name] = f"argument {ref}({first[0].arg})"
        self._block(node.body, inner)

    def _bind(self, target: ast.expr, slots: frozenset[str], context: Context) -> None:
        match target:
            case ast.Name(id=name):
                context.env[name] = context.env.get(name, NOTHING) | slots
            case ast.Tuple(elts=items) | ast.List(elts=items):
                for item in items:
                    self._bind(item, slots, context)
            case ast.Starred(value=value):
                self._bind(value, slots, context)
            case ast.Attribute(value=value, attr=name):
                owners = self.owners(value, context)
                self._keep(slots, {f"attribute {owner}.{name}" for owner in owners})
            case ast.Subscript(value=value):
                self._keep(slots, self.slots_of(value, context))

    def _keep(self, slots: Collection[str], places: Iterable[str]) -> None:
        kept = [place for place in places if place.partition(" ")[0] in ("attribute", "global")]
        for place in kept:
            typed = {slot for slot in slots if slot.partition(" ")[0] in ("instance", "class")}
            self.kept.setdefault(place, set()).update(typed)
        self._flow(slots, kept)

    def _flow(self, slots: Iterable[str], targets: Collection[str]) -> None:
        for slot in slots:
            if slot.partition(" ")[0] in ("argument", "attribute", "global", "made") and targets:
                self._flows.setdefault(slot, set()).update(set(targets) - {slot})

    # --- calls ---------------------------------------------------------------------------

    def _call(self, node: ast.Call, context: Context, manner: Manner) -> None:
        call = cache(lambda: self._own_call(node, context, manner))
        self._functions[context.ref].add(last_name(node.func))
        slots = self.slots_of(node.func, context)
        for slot in slots:
            self._add(slot, "", call())
        match node.func:
            case ast.Attribute(value=value, attr=name):
                self._record(value, name, call, context)
                self._visit(value, context)
                if name in _KEEPING:
                    given = self.any_of(node.args, context)
                    self._keep(given, self.slots_of(value, context))
                if not slots and self._target(node.func, context)[1] is None:
                    self._add(ANYTHING, "", call())
            case ast.Name(id=name) if name in context.env:
                self._add(ANYTHING, "", call())
            case _:
                self._visit(node.func, context)
        for argument in (*node.args, *(keyword.value for keyword in node.keywords)):
            self._visit(argument, context, "handed on")
        self._hand_on(node, call, context)

    def _record(
        self, value: ast.expr, name: str, call: Callable[[], OwnCall], context: Context
    ) -> None:
        slots = self.slots_of(value, context)
        for slot in slots:
            self._add(slot, name, call())
        if not slots and name in self._wanted:
            self._add(ANYTHING, name, call())

    def _add(self, slot: str, member: str, call: OwnCall) -> None:
        self._calls.setdefault((slot, member), set()).add(call)

    def _own_call(
        self, node: ast.Call | ast.Attribute, context: Context, manner: Manner = "used"
    ) -> OwnCall:
        place = Place(context.module.file, node.lineno)
        callee = node.func if isinstance(node, ast.Call) else node
        root = root_name(callee)
        looks = tuple(text for name, text in context.looks() if name in _WHATEVER or root in text)
        if isinstance(node, ast.Attribute):
            text = ast.unparse(node)
            return OwnCall(
                place, context.ref, text, sometimes=context.sometimes, looks=looks, called=False
            )
        positional = [item for item in node.args if not isinstance(item, ast.Starred)]
        names = tuple(keyword.arg for keyword in node.keywords if keyword.arg is not None)
        return OwnCall(
            place,
            context.ref,
            ast.unparse(callee),
            len(positional),
            names,
            len(positional) < len(node.args) or len(names) < len(node.keywords),
            manner,
            context.sometimes,
            looks,
        )

    def _target(
        self, function: ast.expr, context: Context
    ) -> tuple[str, FunctionNode | SourceClass | None]:
        """The provider's function or class that a call runs, and its ref."""
        match function:
            case ast.Attribute(value=ast.Call(func=ast.Name(id="super")), attr=name):
                line = self.modules.lineage(context.owner.ref)[1:] if context.owner else []
                return method_of(line, name)
            case ast.Attribute(value=value, attr=name):
                for owner in self.owners(value, context):
                    found = method_of(self.modules.lineage(owner), name)
                    if found[1] is not None:
                        return found
        ref = (
            self.modules.resolve(context.module, ast.unparse(function))
            if is_dotted(function)
            else None
        )
        if ref is None or root_name(function) in context.env:
            return "", None
        node = self.modules.definition(ref)[0]
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            return ref, node
        made = self.modules.class_of(ref)
        return ref, made

    def _hand_on(self, node: ast.Call, call: Callable[[], OwnCall], context: Context) -> None:
        """What a call gives to another function of the provider's gets into its parameters."""
        spread = [item.value for item in node.keywords if item.arg is None]
        ref, target = self._target(node.func, context)
        names, accepts, bound = self._accepted(ref, target, node.func)
        targets = [(ref, accepts)]
        if spread and target is None:
            targets = list(self._dispatched(node.func, context)) or targets
        for value in spread:
            for slot in self.slots_of(value, context):
                for name, taken in targets:
                    self._spreads.setdefault(slot, {})[Spread(call(), name, taken)] = None
        if target is None:
            return
        owner = ref if isinstance(target, FunctionNode) else self._initializer(target)
        for position, item in enumerate(node.args):
            if isinstance(item, ast.Starred):
                break
            if position + bound < len(names):
                slot = f"argument {owner}({names[position + bound]})"
                self._flow(self.slots_of(item, context), {slot})
        for keyword in node.keywords:
            if keyword.arg is not None:
                slot = f"argument {owner}({keyword.arg})"
                self._flow(self.slots_of(keyword.value, context), {slot})
            elif isinstance(target, FunctionNode) and target.args.kwarg is not None:
                slot = f"argument {owner}({target.args.kwarg.arg})"
                self._flow(self.slots_of(keyword.value, context), {slot})

    def _dispatched(
        self, function: ast.expr, context: Context
    ) -> Iterator[tuple[str, frozenset[str] | None]]:
        """The functions in a dictionary of them, from which one is chosen and called."""
        for slot in sorted(self.slots_of(function, context)):
            kind, _, ref = slot.partition(" ")
            node, module = self.modules.definition(ref) if kind == "global" else (None, None)
            value = node.value if isinstance(node, ast.Assign | ast.AnnAssign) else None
            if not isinstance(value, ast.Dict) or module is None:
                continue
            for item in value.values:
                chosen = self.modules.resolve(module, ast.unparse(item))
                target = self.modules.definition(chosen)[0] if chosen is not None else None
                if chosen and isinstance(target, ast.FunctionDef | ast.AsyncFunctionDef):
                    yield chosen, parameters_of(target)[1]

    def _initializer(self, made: SourceClass) -> str:
        ref, found = method_of(self.modules.lineage(made.ref), "__init__")
        return ref if found is not None else f"{made.ref}.__init__"

    def _accepted(
        self, ref: str, target: FunctionNode | SourceClass | None, function: ast.expr
    ) -> tuple[list[str], frozenset[str] | None, int]:
        """The parameters by position, those by name, and how many are given already."""
        if isinstance(target, SourceClass):
            found = method_of(self.modules.lineage(target.ref), "__init__")[1]
            if found is None:
                names = [
                    name
                    for item in reversed(self.modules.lineage(target.ref))
                    for name in item.fields
                ]
                return names, frozenset(names) or None, 0
            return (*parameters_of(found), 1)
        if target is None:
            return [], None, 0
        bound = int(isinstance(function, ast.Attribute) and "." in ref.partition(":")[2])
        return (*parameters_of(target), bound)
