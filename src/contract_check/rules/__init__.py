"""The catalogue of rules: one module a family, each rule with all that is known of it."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable, Iterator
from functools import cache
from types import ModuleType

from contract_check.rules.interface import Draft, Locus, Program, Rule
from contract_check.rules.library import Example


@cache
def catalogue() -> tuple[Rule, ...]:
    """Every rule. A module of this package with a tuple `RULES` is a family, or a part of one.

    A package of modules names their rules in the order in which they are tried; those that it does
    not name follow.
    """
    rules: list[Rule] = []
    for module in _modules(__name__, __path__):
        rules.extend(item for item in getattr(module, "RULES", ()) if item not in rules)
    return tuple(rules)


def _modules(package: str, path: Iterable[str]) -> Iterator[ModuleType]:
    for found in pkgutil.iter_modules(path):
        module = importlib.import_module(f"{package}.{found.name}")
        yield module
        if found.ispkg:
            yield from _modules(module.__name__, module.__path__)


def rule(identifier: str) -> Rule | None:
    """The rule of an id, or None."""
    return next((item for item in catalogue() if item.id == identifier), None)


__all__ = ["Draft", "Example", "Locus", "Program", "Rule", "catalogue", "rule"]
