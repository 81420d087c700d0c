"""From the consumer's sources to its Usage."""

from __future__ import annotations

import ast
import dataclasses
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from contract_check.model.usage import Place, Usage
from contract_check.usage.source_modules import SourceModules
from contract_check.usage.sources import SourceFile, load, relevant
from contract_check.usage.submodules import submodules
from contract_check.usage.values import (
    FunctionInfo,
    Module,
    ModuleValue,
    Scope,
    Symbol,
    Value,
)
from contract_check.usage.walk import Walker
from contract_check.usage.world import FieldTypes, World

_TOO_DEEP = "nested too deeply to be read"


def read(
    files: Iterable[SourceFile],
    provider_modules: frozenset[str],
    *,
    field_types: FieldTypes | None = None,
    submodules: Callable[[str], bool] = lambda _module: False,
) -> Usage:
    """What the sources take from the provider. Nothing is imported or run.

    Args:
        files: the consumer's sources.
        provider_modules: the provider's modules; their top-level names suffice.
        field_types: class ref to field name to class ref, for those who know the provider's
            fields: members are then followed one step further (`event.level.value`).
        submodules: says whether `from package import name` gives that module of the provider's.

    Returns:
        the usage, in the order of the files given. A source that mentions the provider but can't
        be parsed is in `unreadable`; one that can't reach the provider is not even parsed.
    """
    sources = list(files)
    own = frozenset(source.module for source in sources)
    kept = relevant(sources, provider_modules)
    modules, unreadable = _parse(kept)
    trees = {name: module.tree for name, module in modules.items()}
    others = SourceModules({source.module: source for source in sources}.get, trees)
    world = World(modules, own, provider_modules, field_types or {}, others, submodules)
    unreadable += _Reader(world).run()
    return world.recorder.usage(tuple(_reexports(world)), tuple(unreadable))


def read_installed(
    site: Path,
    files: Iterable[str],
    provider_roots: frozenset[str],
    *,
    field_types: Mapping[str, Mapping[str, str]] | None = None,
    provider_files: Sequence[Mapping[str, Path]] = (),
) -> Usage:
    """What an installed consumer takes from the provider.

    Args:
        site: the site-packages folder.
        files: the consumer's files relative to it, as its RECORD lists them; others than Python
            sources are passed over.
        provider_roots: the provider's top-level import packages.
        field_types: as for `read`.
        provider_files: the provider's files of each side: relative to site-packages, to where they
            are.
    """
    sources, undecodable = load(site, files)
    told = submodules(provider_files)
    usage = read(sources, provider_roots, field_types=field_types, submodules=told)
    unreadable = tuple(sorted((*undecodable, *usage.unreadable)))
    return dataclasses.replace(usage, unreadable=unreadable)


def _parse(sources: list[SourceFile]) -> tuple[dict[str, Module], list[tuple[str, str]]]:
    modules: dict[str, Module] = {}
    unreadable: list[tuple[str, str]] = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the consumer's invalid escapes are not our concern
        for index, source in enumerate(sources):
            try:
                tree = ast.parse(source.text)
            except SyntaxError as error:
                line = f", line {error.lineno}" if error.lineno else ""
                unreadable.append((source.file, f"can't be parsed: {error.msg}{line}"))
            except (ValueError, RecursionError, MemoryError) as error:
                unreadable.append((source.file, f"can't be parsed: {str(error) or _TOO_DEEP}"))
            else:
                modules[source.module] = Module(
                    source.module,
                    source.file,
                    index,
                    source.package,
                    tree,
                    walrus=":=" in source.text,
                    rebinds="global " in source.text,
                )
    return modules, unreadable


class _Reader:
    """Runs the walkers: every top level first, then the functions, which see all of it."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._walkers = {name: Walker(world, module) for name, module in world.modules.items()}
        world.execute = lambda module: self._walkers[module.name].run_module()
        world.evaluate = self._evaluate
        world.parameters = self._parameters

    def run(self) -> list[tuple[str, str]]:
        """Reads everything.

        Returns:
            (file, reason) for sources that could only be read in part.
        """
        unreadable: dict[str, str] = {}
        for module in self._world.modules.values():
            try:
                self._walkers[module.name].run_module()
            except RecursionError:
                unreadable[module.file] = _TOO_DEEP
        while self._world.pending:
            info, scope = self._world.pending.pop(0)
            try:
                self._walkers[scope.module.name].run_function(info, scope)
            except RecursionError:
                unreadable[scope.module.file] = _TOO_DEEP
        self._subclasses()
        return list(unreadable.items())

    def _subclasses(self) -> None:
        for info in self._world.classes:
            for provider in self._world.providers(info):
                self._world.recorder.subclass(info, provider)
                self._walkers[info.module.name].note_class_attributes(info, provider)
            for annotation in info.fields.values() if "<locals>" not in info.ref else ():
                for symbol in dict.fromkeys(self._world.named(annotation, info.scope)):
                    self._world.recorder.holder(info, annotation, symbol.ref)

    def _evaluate(self, node: ast.expr, scope: Scope) -> Value:
        return self._walkers[scope.module.name].eval(node, scope)

    def _parameters(self, info: FunctionInfo) -> Scope:
        return self._walkers[info.scope.module.name].enter(info, info.scope)


def _reexports(world: World) -> Iterator[tuple[str, str, Place]]:
    """Provider names the consumer offers on: in an `__all__`, or as names of a package."""
    for module in world.modules.values():
        names = list(module.exports or ())
        if module.package:
            names += [name for name in module.scope.vars if not name.startswith("_")]
        for name in dict.fromkeys(names):
            value = world.export(module.name, name)
            provider = _provider_name(world, value)
            if provider is not None:
                place = Place(module.file, module.bound.get(name, 1))
                yield f"{module.name}:{name}", provider, place


def _provider_name(world: World, value: Value) -> str | None:
    match value:
        case Symbol(qualname=qualname) if "." not in qualname:
            return value.ref
        case ModuleValue(name=name) if world.is_provider(name):
            return name
    return None
