"""What of the consumer's own a call gives to the provider: functions, classes, instances,
dictionaries of options."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from contract_check.usage.scopes import lookup
from contract_check.usage.values import (
    ConsumerClass,
    Container,
    Form,
    Function,
    FunctionInfo,
    Given,
    Instance,
    Link,
    MapValue,
    Scope,
    Unknown,
    Value,
)
from contract_check.usage.world import World


class Handing:
    """Tells what of the consumer's own an expression gives."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._others = world.others

    def arguments(self, node: ast.Call, values: Sequence[Value], scope: Scope) -> Iterator[Given]:
        """What the arguments of a call give.

        Args:
            node: the call.
            values: what its arguments by position, and then those by name, denote.
            scope: where it stands.
        """
        starred = next(
            (place for place, item in enumerate(node.args) if isinstance(item, ast.Starred)),
            len(node.args),
        )
        names = [str(place) if place < starred else None for place in range(len(node.args))]
        names += [keyword.arg for keyword in node.keywords]
        given = [*node.args, *(keyword.value for keyword in node.keywords)]
        for name, argument, value in zip(names, given, values, strict=False):
            if name is not None:
                yield from self.value(name, argument, value, scope)

    def value(
        self, name: str, node: ast.expr, value: Value | None, scope: Scope
    ) -> Iterator[Given]:
        """What one expression gives, and the elements of a list, tuple or dictionary."""
        match node:
            case ast.Lambda(args=arguments):
                yield Given(name, as_lambda(arguments), "function")
            case ast.List(elts=items) | ast.Tuple(elts=items) | ast.Set(elts=items):
                for item in items:
                    yield from self.value(name, item, None, scope)
            case ast.Dict():
                yield from _options(name, node)
                for item in node.values:
                    yield from self.value(name, item, None, scope)
            case ast.Name(id=known) if known in scope.module.dictionaries:
                yield from _options(name, scope.module.dictionaries[known])
            case ast.Call(func=ast.Name(id="dict"), args=[]):
                yield from _options(name, node)
            case ast.Starred():
                return
            case _:
                yield from self._single(name, node, value, scope)

    def _single(
        self, name: str, node: ast.expr, value: Value | None, scope: Scope
    ) -> Iterator[Given]:
        with self._world.recorder.muted():
            if value is None:
                value = self._world.resolve(self._world.evaluate(node, scope))
        if isinstance(value, Unknown):
            yield from self._elsewhere(name, node, scope)
        if isinstance(value, Unknown | MapValue | Container):
            yield from self._options(name, node, scope)
        if value is not None:
            yield from self.known(name, value)

    def known(self, name: str, value: Value) -> Iterator[Given]:
        """What a value that was followed is."""
        match value:
            case Function(info=info, receiver=receiver):
                yield from _function(name, info, bound=isinstance(receiver, Instance))
            case ConsumerClass(info=own):
                yield Given(name, own.ref, "class")
            case Instance(of=ConsumerClass(info=own)):
                yield Given(name, own.ref, "instance")

    def _options(self, name: str, node: ast.expr, scope: Scope) -> Iterator[Given]:
        """A dictionary that is written out elsewhere, as far as nothing in the block binds it."""
        root = node
        while isinstance(root, ast.Attribute | ast.Subscript | ast.Call):
            root = root.func if isinstance(root, ast.Call) else root.value
        if not isinstance(root, ast.Name) or root.id in scope.local:
            return
        module = self._others.module(scope.module.name)
        for found in self._others.dictionaries(node, module) if module is not None else ():
            yield from _options(name, found)

    def _elsewhere(self, name: str, node: ast.expr, scope: Scope) -> Iterator[Given]:
        """What is defined in a module that does not reach the provider."""
        made = isinstance(node, ast.Call)
        function = node.func if isinstance(node, ast.Call) else node
        link = lookup(self._world, scope, function.id) if isinstance(function, ast.Name) else None
        module = self._others.module(link.module) if isinstance(link, Link) else None
        ref = self._others.resolve(module, link.name) if module and isinstance(link, Link) else None
        definition = self._others.definition(ref)[0] if ref is not None else None
        if ref is None:
            return
        if isinstance(definition, ast.ClassDef):
            yield Given(name, ref, "instance" if made else "class")
        elif isinstance(definition, ast.FunctionDef | ast.AsyncFunctionDef) and not made:
            yield Given(name, ref, "function")


def _function(name: str, info: FunctionInfo, *, bound: bool) -> Iterator[Given]:
    if "<locals>" not in info.qualname:
        form: Form = "bound" if bound and info.kind == "method" else "function"
        yield Given(name, f"{info.scope.module.name}:{info.qualname}", form)
    elif info.kind == "function" and not info.node.decorator_list:
        yield Given(name, as_lambda(info.node.args), "function")


def _options(name: str, node: ast.expr) -> Iterator[Given]:
    keys: list[str] = []
    match node:
        case ast.Dict(keys=found):
            keys = [
                key.value
                for key in found
                if isinstance(key, ast.Constant) and isinstance(key.value, str)
            ]
        case ast.Call(keywords=keywords):
            keys = [keyword.arg for keyword in keywords if keyword.arg is not None]
    if keys:
        yield Given(name, "", "options", tuple(keys))


def as_lambda(parameters: ast.arguments) -> str:
    """A lambda with the names of some parameters, and None for every default."""
    none = ast.Constant(None)
    bare = ast.arguments(
        posonlyargs=[ast.arg(item.arg) for item in parameters.posonlyargs],
        args=[ast.arg(item.arg) for item in parameters.args],
        vararg=parameters.vararg and ast.arg(parameters.vararg.arg),
        kwonlyargs=[ast.arg(item.arg) for item in parameters.kwonlyargs],
        kw_defaults=[item and none for item in parameters.kw_defaults],
        kwarg=parameters.kwarg and ast.arg(parameters.kwarg.arg),
        defaults=[none for _ in parameters.defaults],
    )
    return f"lambda {ast.unparse(bare)}: None"
