"""The provider's own code on both sides, as far as a change of it can meet the consumer."""

from __future__ import annotations

import filecmp
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from contract_check.model.code import ProviderCode
from contract_check.model.usage import Usage
from contract_check.usage.provider_code import read_provider
from contract_check.usage.sources import module_name

_MOST_CHANGED = 60
"""Modules; where more have changed, those count that name what the consumer takes."""
_SMALL = 80
"""Modules; of a provider of so many all are read, as what is handed on travels through modules
that have not changed to one that has."""


def read_sides(
    sides: Sequence[Mapping[str, Path]], used: Usage, homes: Iterable[str]
) -> tuple[ProviderCode, ...]:
    """What the provider does with what it is handed, on each side.

    Only modules that differ between the sides are read, and those that define what the consumer
    derives from or calls: what has not changed calls as it did. A small provider that the consumer
    hands something to is read whole.

    Args:
        sides: the provider's files of each side: relative to site-packages, to where they are.
        used: what the consumer takes from the provider.
        homes: the modules that define what the consumer takes.

    Returns:
        one for each side; empty ones where nothing of the consumer's gets into its hands.
    """
    wanted = {name for use in used.subclasses for name in use.members}
    if len(sides) != 2 or not (wanted or used.handed):
        return tuple(ProviderCode() for _ in sides)
    changed = tuple(_changed(*sides))
    if not changed:
        return tuple(ProviderCode() for _ in sides)
    if len(changed) > _MOST_CHANGED:
        names = wanted | {use.target.rpartition(":")[2].rpartition(".")[2] for use in used.handed}
        changed = tuple(_naming(sides, changed, names))
    every = tuple(_modules(sides)) if used.handed else ()
    rest = every if len(every) <= _SMALL else tuple(homes)
    modules = tuple(dict.fromkeys((*changed, *rest)))
    return tuple(read_provider(files, modules, wanted) for files in sides)


def _modules(sides: Sequence[Mapping[str, Path]]) -> Iterator[str]:
    for file in sorted({file for files in sides for file in files}):
        module = module_name(file)
        if module is not None:
            yield module


def read_alone(
    files: Mapping[str, Path], used: Usage, homes: Iterable[str]
) -> tuple[tuple[str, ...], ProviderCode]:
    """What one side of the provider does with what it is handed, for a side that comes later.

    Args:
        files: the provider's files: relative to site-packages, to where they are.
        used: what the consumer takes from the provider.
        homes: the modules that define what the consumer takes.

    Returns:
        The modules that were read, and what their code does; empty ones where nothing of the
        consumer's gets into the provider's hands.
    """
    wanted = {name for use in used.subclasses for name in use.members}
    if not (wanted or used.handed):
        return (), ProviderCode()
    modules = tuple(_modules([files]))
    if len(modules) > _SMALL:
        names = wanted | {use.target.rpartition(":")[2].rpartition(".")[2] for use in used.handed}
        modules = tuple(_naming([files], modules, names))
    modules = tuple(dict.fromkeys((*modules, *homes)))
    return modules, read_provider(files, modules, wanted)


def read_beside(files: Mapping[str, Path], used: Usage, modules: Iterable[str]) -> ProviderCode:
    """What one side does in the modules that `read_alone` read of another side.

    Args:
        files: the provider's files: relative to site-packages, to where they are.
        used: what the consumer takes from the provider.
        modules: to read.
    """
    wanted = {name for use in used.subclasses for name in use.members}
    return read_provider(files, modules, wanted)


def _changed(one: Mapping[str, Path], other: Mapping[str, Path]) -> Iterator[str]:
    """The modules that are not the same on both sides."""
    for file in sorted({*one, *other}):
        module = module_name(file)
        both = file in one and file in other
        if module is not None and not (both and _same(one[file], other[file])):
            yield module


def _same(one: Path, other: Path) -> bool:
    try:
        return filecmp.cmp(one, other, shallow=False)
    except OSError:
        return False


def _naming(
    sides: Sequence[Mapping[str, Path]], modules: Iterable[str], names: Collection[str]
) -> Iterator[str]:
    """The modules whose sources have one of some names in them."""
    searched = [name.encode() for name in names]
    for module in modules:
        path = module.replace(".", "/")
        for files in sides:
            text = b"".join(_bytes(files.get(f"{path}{end}")) for end in (".py", "/__init__.py"))
            if any(name in text for name in searched):
                yield module
                break


def _bytes(path: Path | None) -> bytes:
    try:
        return path.read_bytes() if path is not None else b""
    except OSError:
        return b""
