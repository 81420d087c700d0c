"""The consumer's sources, parsed when they are needed, and what names mean in them."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from contract_check.reader.interface import World
from contract_check.reader.syntax import Source, parsed

_DEEPEST = 6


class Sources:
    """The files of one side; they are the same on the other.

    Args:
        world: the side.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self._known: dict[str, Source | None] = {}

    def get(self, file: str) -> Source | None:
        """A file, parsed; None where it can't be."""
        if file not in self._known:
            path = self._world.sources / file
            self._known[file] = parsed(file, path.read_bytes()) if path.is_file() else None
        return self._known[file]

    def meaning(self, source: Source, name: str, deep: int = 0) -> str | None:
        """`module:name` of what a name at the top of a file stands for, wherever it is defined.

        Followed through the consumer's own modules; None for what is made in another way.
        """
        for module, original in _imports(source, name):
            own = self._of_module(module)
            if own is None:
                return f"{module}:{original}"
            return self.meaning(own, original, deep + 1) if deep < _DEEPEST else None
        for node in source.tree.body:
            if (
                isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))
                and node.name == name
            ):
                return f"{source.module}:{name}"
        return None

    def definition(self, ref: str) -> tuple[Source, ast.AST] | None:
        """The class or function of the consumer's that `module:name` names."""
        module, _, path = ref.partition(":")
        source = self._of_module(module)
        body: list[ast.stmt] = source.tree.body if source is not None else []
        found: ast.AST | None = None
        for part in path.split("."):
            found = next((item for item in body if getattr(item, "name", None) == part), None)
            body = getattr(found, "body", [])
        return None if source is None or found is None else (source, found)

    def _of_module(self, module: str) -> Source | None:
        path = module.replace(".", "/")
        for file in (f"{path}.py", f"{path}/__init__.py"):
            if file in self._world.files:
                return self.get(file)
        return None


def _imports(source: Source, name: str) -> Iterator[tuple[str, str]]:
    """(module, name there) for the statements that import a name from a module."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.ImportFrom):
            for item in node.names:
                if (item.asname or item.name) == name:
                    yield _absolute(source, node), item.name


def _absolute(source: Source, node: ast.ImportFrom) -> str:
    if not node.level:
        return node.module or ""
    package = source.module.split(".")
    if not source.file.endswith("__init__.py"):
        package = package[:-1]
    kept = package[: len(package) - node.level + 1]
    return ".".join([*kept, *([node.module] if node.module else [])])
