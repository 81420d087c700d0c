"""The corpus: one module a family, each with its `MUTANTS`."""

from __future__ import annotations

import importlib
import pkgutil

from benchmarks.mutation.mutant import Mutant, check_unique


def corpus() -> dict[str, tuple[Mutant, ...]]:
    """Family to mutants, in the order of the modules' names."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__))
    families: dict[str, tuple[Mutant, ...]] = {
        name: importlib.import_module(f"{__name__}.{name}").MUTANTS
        for name in names
        if name != "places"
    }
    check_unique(mutant for mutants in families.values() for mutant in mutants)
    return families
