"""Mutants of providers and consumers that nobody prepared: no contract is declared.

One module a pair, in the style of real code, each with `PROVIDER`, `CONSUMER` and `MUTANTS`.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator

from benchmarks.mutation.mutant import check_unique
from benchmarks.mutation.unprepared.pair import Pair


def pairs() -> tuple[Pair, ...]:
    """Every pair, in the order of the modules' names."""
    found = tuple(_pairs())
    check_unique(mutant for pair in found for mutant in pair.mutants)
    return found


def _pairs() -> Iterator[Pair]:
    for name in sorted(module.name for module in pkgutil.iter_modules(__path__)):
        module = importlib.import_module(f"{__name__}.{name}")
        if hasattr(module, "MUTANTS"):
            yield Pair(name, module.PROVIDER, module.CONSUMER, module.MUTANTS)
