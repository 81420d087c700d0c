"""Finds the formats: every module of `contract_check.reports.formats` is one.

A module offers its format as `FORMAT`. A new format is a new file there and nothing else.
"""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from contract_check.reports import formats
from contract_check.reports.interface import Format


def format_names() -> tuple[str, ...]:
    """The names `--format` accepts. Nothing is imported for it."""
    names = (module.name for module in iter_modules(formats.__path__))
    return tuple(sorted(name.replace("_", "-") for name in names))


def find_format(name: str) -> Format:
    """The format of this name.

    Raises:
        KeyError: there is none.
    """
    if name not in format_names():
        raise KeyError(name)
    module = import_module(f"{formats.__name__}.{name.replace('-', '_')}")
    found: Format = module.FORMAT
    return found
