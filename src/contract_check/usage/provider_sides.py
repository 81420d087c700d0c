"""The provider's own code on both sides, as far as a change of it can meet the consumer."""

from __future__ import annotations

import filecmp
from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path

from contract_check.model.code import ProviderCode
from contract_check.model.usage import Usage
from contract_check.usage.provider_code import read_provider
from contract_check.usage.sources import module_name

_MOST_CHANGED = 300
"""Modules; where more have changed, those count that name what the consumer takes."""


def read_sides(
    sides: Sequence[tuple[Path, Collection[str]]], used: Usage, homes: Iterable[str]
) -> tuple[ProviderCode, ...]:
    """What the provider does with what it is handed, on each side.

    Only modules that differ between the sides are read, and those that define what the consumer
    derives from or calls: what has not changed calls as it did.

    Args:
        sides: the site-packages folder and the provider's files in it, of each side.
        used: what the consumer takes from the provider.
        homes: the modules that define what the consumer takes.

    Returns:
        one for each side; empty ones where nothing of the consumer's gets into its hands.
    """
    wanted = {name for use in used.subclasses for name in use.members}
    if len(sides) != 2 or not (wanted or used.handed or used.subclasses):
        return tuple(ProviderCode() for _ in sides)
    changed = tuple(_changed(*sides))
    if not changed:
        return tuple(ProviderCode() for _ in sides)
    if len(changed) > _MOST_CHANGED:
        names = wanted | {use.target.rpartition(":")[2].rpartition(".")[2] for use in used.handed}
        changed = tuple(_naming(sides, changed, names))
    modules = tuple(dict.fromkeys((*changed, *homes)))
    return tuple(read_provider(site, files, modules, wanted) for site, files in sides)


def _changed(
    one: tuple[Path, Collection[str]], other: tuple[Path, Collection[str]]
) -> Iterator[str]:
    """The modules that are not the same on both sides."""
    here, there = set(one[1]), set(other[1])
    for file in sorted(here | there):
        module = module_name(file)
        if module is None:
            continue
        both = file in here and file in there
        if not both or not _same(one[0] / file, other[0] / file):
            yield module


def _same(one: Path, other: Path) -> bool:
    try:
        return filecmp.cmp(one, other, shallow=False)
    except OSError:
        return False


def _naming(
    sides: Sequence[tuple[Path, Collection[str]]], modules: Iterable[str], names: Collection[str]
) -> Iterator[str]:
    """The modules whose sources have one of some names in them."""
    searched = [name.encode() for name in names]
    for module in modules:
        for site, files in sides:
            file = next((item for item in _files_of(module) if item in files), None)
            text = _bytes(site / file) if file is not None else b""
            if any(name in text for name in searched):
                yield module
                break


def _files_of(module: str) -> tuple[str, str]:
    path = module.replace(".", "/")
    return f"{path}.py", f"{path}/__init__.py"


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""
