"""The modules of a package: their trees, and what their top-level names stand for."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from contract_check.usage.sources import SourceFile, absolute, load, module_name

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef
_DEEPEST = 12


@dataclass(eq=False)
class SourceClass:
    """A class of the package.

    Args:
        ref: `module:qualname`.
        bases: the refs of those of its bases that are the package's.
        methods: its functions, by name.
        fields: the annotated names of its body, in order.
    """

    ref: str
    node: ast.ClassDef
    module: SourceModule
    bases: tuple[str, ...] = ()
    methods: dict[str, FunctionNode] = field(default_factory=dict)
    fields: dict[str, ast.expr] = field(default_factory=dict)


@dataclass(eq=False)
class SourceModule:
    """A module that was parsed."""

    name: str
    file: str
    package: bool
    tree: ast.Module

    @cached_property
    def names(self) -> dict[str, ast.stmt | tuple[str, str]]:
        """Top-level names: a definition, an assignment, or (module, name) of an import."""
        found: dict[str, ast.stmt | tuple[str, str]] = {}
        for node in top_level(self.tree.body):
            match node:
                case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                    found[name] = node
                case ast.ClassDef(name=name):
                    found[name] = node
                case (
                    ast.Assign(targets=[ast.Name(id=name)])
                    | ast.AnnAssign(target=ast.Name(id=name))
                ):
                    found.setdefault(name, node)
                case ast.ImportFrom(module=module, names=names, level=level):
                    source = absolute(self.name, self.package, "." * level + (module or ""))
                    for alias in names if source else ():
                        found[alias.asname or alias.name] = (source or "", alias.name)
                case ast.Import(names=names):
                    for alias in names:
                        top = alias.name if alias.asname else alias.name.partition(".")[0]
                        found[alias.asname or top] = (top, "")
        return found


def top_level(body: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    """Statements of a module, those under `if` and `try` included."""
    for node in body:
        yield node
        if isinstance(node, ast.If | ast.Try):
            yield from top_level(node.body)
            yield from top_level(node.orelse)
            for handler in getattr(node, "handlers", ()):
                yield from top_level(handler.body)


def _parsed(source: SourceFile, trees: Mapping[str, ast.Module]) -> SourceModule | None:
    known = trees.get(source.module)
    if known is not None:
        return SourceModule(source.module, source.file, source.package, known)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # invalid escapes are not our concern
        try:
            tree = ast.parse(source.text)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return None
    return SourceModule(source.module, source.file, source.package, tree)


def finder(files: Mapping[str, Path]) -> Callable[[str], SourceFile | None]:
    """Finds the sources of installed modules by name.

    Args:
        files: names relative to site-packages, to where they are.
    """
    named = {module: file for file in files if (module := module_name(file)) is not None}

    def find(name: str) -> SourceFile | None:
        file = named.get(name)
        site = files[file].parents[file.count("/")] if file is not None else None
        sources = load(site, (file,))[0] if site is not None and file is not None else []
        return sources[0] if sources else None

    return find


class SourceModules:
    """The sources of a package, parsed when they are needed.

    Args:
        find: gives the source of a module by its name; None where it is not the package's.
        trees: those that were parsed already.
    """

    def __init__(
        self,
        find: Callable[[str], SourceFile | None],
        trees: Mapping[str, ast.Module] | None = None,
    ) -> None:
        self._find = find
        self._trees = trees or {}
        self._modules: dict[str, SourceModule | None] = {}
        self._classes: dict[str, SourceClass | None] = {}

    def module(self, name: str) -> SourceModule | None:
        """A module by name; None where it is not the package's, or can't be parsed."""
        if name not in self._modules:
            source = self._find(name)
            self._modules[name] = _parsed(source, self._trees) if source is not None else None
        return self._modules[name]

    def resolve(self, module: SourceModule, dotted: str, depth: int = 0) -> str | None:
        """`module:qualname` of what a name in a module stands for, or None.

        Args:
            module: where it is written.
            dotted: as it is written (`core.Session`).
        """
        head, _, rest = dotted.partition(".")
        found = module.names.get(head)
        if found is None or depth > _DEEPEST:
            return None
        if not isinstance(found, tuple):
            return f"{module.name}:{dotted}"
        source, name = found
        if not name:
            return self._inside(source, rest, depth) if rest else None
        target = self.module(source)
        if target is not None and name in target.names:
            return self.resolve(target, f"{name}.{rest}" if rest else name, depth + 1)
        return self._inside(f"{source}.{name}", rest, depth) if rest else None

    def _inside(self, module: str, dotted: str, depth: int) -> str | None:
        found = self.module(module)
        if found is not None and dotted.partition(".")[0] in found.names:
            return self.resolve(found, dotted, depth + 1)
        head, _, rest = dotted.partition(".")
        return self._inside(f"{module}.{head}", rest, depth + 1) if rest else None

    def class_of(self, ref: str | None) -> SourceClass | None:
        """A class by `module:Name`."""
        if ref is None:
            return None
        if ref not in self._classes:
            self._classes[ref] = None  # it may derive from itself
            self._classes[ref] = self._class(ref)
        return self._classes[ref]

    def _class(self, ref: str) -> SourceClass | None:
        node, module = self.definition(ref)
        if not isinstance(node, ast.ClassDef) or module is None:
            return None
        found = SourceClass(ref, node, module)
        bases = [_unsubscripted(base) for base in node.bases]
        resolved = (self.resolve(module, ast.unparse(base)) for base in bases)
        found.bases = tuple(base for base in resolved if base is not None)
        for item in top_level(node.body):
            match item:
                case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                    found.methods[name] = item
                case ast.AnnAssign(target=ast.Name(id=name), annotation=annotation):
                    found.fields[name] = annotation
        return found

    def definition(self, ref: str) -> tuple[ast.stmt | None, SourceModule | None]:
        """The definition of `module:Name` or `module:Name.method`."""
        name_of_module, _, path = ref.partition(":")
        module = self.module(name_of_module)
        if module is None:
            return None, None
        head, *rest = path.split(".")
        found = module.names.get(head)
        node = None if isinstance(found, tuple) else found
        for part in rest:
            body = top_level(node.body) if isinstance(node, ast.ClassDef) else ()
            node = next((item for item in body if getattr(item, "name", None) == part), None)
        return node, module

    def dictionaries(self, node: ast.expr, module: SourceModule, depth: int = 0) -> list[ast.Dict]:
        """The dictionaries, written out, that an expression of a module may give.

        Args:
            node: such as a name, `OPTIONS["a"]`, `OPTIONS.get(name)`, or a call of a function of
                the package that returns one.
            module: where it stands.
            depth: how many functions and names were followed already.
        """
        match node:
            case ast.Dict():
                return [node]
            case ast.IfExp(body=one, orelse=other):
                return [*self.dictionaries(one, module), *self.dictionaries(other, module)]
            case ast.BoolOp(values=items):
                return [found for item in items for found in self.dictionaries(item, module)]
            case (
                ast.Subscript(value=ast.expr() as value)
                | ast.Call(func=ast.Attribute(value=ast.expr() as value, attr="get"))
            ):
                outer = self.dictionaries(value, module, depth + 1)
                return [
                    item for found in outer for item in found.values if isinstance(item, ast.Dict)
                ]
            case ast.Name() | ast.Attribute() | ast.Call():
                return self._defined_dictionaries(node, module, depth)
        return []

    def _defined_dictionaries(
        self, node: ast.expr, module: SourceModule, depth: int
    ) -> list[ast.Dict]:
        name = node.func if isinstance(node, ast.Call) else node
        ref = self.resolve(module, ast.unparse(name)) if depth < _DEEPEST else None
        definition, home = self.definition(ref) if ref is not None else (None, None)
        given: list[ast.expr | None] = []
        match definition:
            case ast.Assign(value=value) if not isinstance(node, ast.Call):
                given = [value]
            case ast.AnnAssign(value=annotated) if not isinstance(node, ast.Call):
                given = [annotated]
            case ast.FunctionDef() if isinstance(node, ast.Call):
                returns = (item for item in ast.walk(definition) if isinstance(item, ast.Return))
                given = [item.value for item in returns]
        return [
            found
            for item in given
            if item is not None and home is not None
            for found in self.dictionaries(item, home, depth + 1)
        ]

    def lineage(self, ref: str) -> list[SourceClass]:
        """A class and the package's classes that it derives from, nearest first."""
        found: dict[str, SourceClass] = {}
        todo = [ref]
        while todo:
            current = self.class_of(todo.pop(0))
            if current is not None and current.ref not in found:
                found[current.ref] = current
                todo = [*current.bases, *todo]
        return list(found.values())


def _unsubscripted(node: ast.expr) -> ast.expr:
    return node.value if isinstance(node, ast.Subscript) else node
