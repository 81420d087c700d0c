"""Which names of the provider's packages are modules: `from package import name` does not tell."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path

from contract_check.usage.source_modules import SourceModule, SourceModules, finder, top_level
from contract_check.usage.sources import absolute, module_name

_DEEPEST = 8
"""How many star imports are followed into one another."""


def submodules(sides: Sequence[Mapping[str, Path]]) -> Callable[[str], bool]:
    """Tells whether `from package import name` gives a module, on every side.

    A name that the package itself binds to something else hides the module of that name; where a
    package makes its names by `__getattr__`, or takes them from elsewhere by `*`, nobody knows.

    Args:
        sides: the provider's files of each side: relative to site-packages, to where they are.

    Returns:
        says so of the full name of a module.
    """
    known = [_Side(files) for files in sides if files]

    @cache
    def asked(name: str) -> bool:
        return bool(known) and all(side.is_submodule(name) for side in known)

    return asked


class _Side:
    def __init__(self, files: Mapping[str, Path]) -> None:
        self._names = {module_name(file) for file in files}
        self._modules = SourceModules(finder(files))

    def is_submodule(self, name: str) -> bool:
        package, _, last = name.rpartition(".")
        if name not in self._names or not package:
            return False
        if package not in self._names:  # a namespace package
            return True
        module = self._modules.module(package)
        if module is None or "__getattr__" in module.names:
            return False
        bound = module.names.get(last)
        if bound is not None:
            return isinstance(bound, tuple) and ".".join(bound) == name
        return self._stars_lack(module, last, 0)

    def _stars_lack(self, module: SourceModule, name: str, depth: int) -> bool:
        """Whether no star import of a module can bind a name."""
        for node in top_level(module.tree.body):
            if not isinstance(node, ast.ImportFrom) or node.names[0].name != "*":
                continue
            written = "." * node.level + (node.module or "")
            source = self._modules.module(absolute(module.name, module.package, written) or "")
            if source is None or depth > _DEEPEST or name in source.names:
                return False
            if not self._stars_lack(source, name, depth + 1):
                return False
        return True
