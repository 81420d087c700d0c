"""The catalogue of rules: one module a family, each rule with all that is known of it."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from contract_check.rules.interface import Draft, Locus, Program, Rule
from contract_check.rules.library import Example


@cache
def catalogue() -> tuple[Rule, ...]:
    """Every rule, by family and id. A family is a module of this package with a tuple `RULES`."""
    rules: list[Rule] = []
    for found in pkgutil.iter_modules(__path__):
        family = importlib.import_module(f"{__name__}.{found.name}")
        rules.extend(getattr(family, "RULES", ()))
    return tuple(rules)


def rule(identifier: str) -> Rule | None:
    """The rule of an id, or None."""
    return next((item for item in catalogue() if item.id == identifier), None)


__all__ = ["Draft", "Example", "Locus", "Program", "Rule", "catalogue", "rule"]
