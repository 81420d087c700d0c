"""What belongs to a project's folder: one answer for whoever hashes it and whoever copies it."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

_LEFT_OUT = frozenset(
    {
        "__pycache__",
        ".venv",
        ".tox",
        ".nox",
        ".mypy_cache",
        ".ruff_cache",
        ".pytest_cache",
        ".hypothesis",
        ".eggs",
        ".idea",
        ".vscode",
    }
)
# At the top these hold what earlier builds left, which setuptools would pack again, and what no
# build reads; deeper down they may be packages.
_LEFT_OUT_AT_TOP = frozenset({"build", "dist", "venv", "node_modules"})
_MOST = 200_000
"""Entries. A tree of links to folders that hold links again can be far larger than its disk."""
_MOST_FOLLOWED = 2_000
"""Links to folders elsewhere: to follow one takes far longer than to read a file."""


class TooLarge(OSError):  # noqa: N818 - as `OSError`'s own are named
    """A folder holds more than anybody's project."""


@dataclass(frozen=True)
class Entry:
    """Something that belongs to a project.

    Args:
        path: where it lies; for what a link out of the folder leads to, where that lies.
        name: where it belongs, relative to the folder, with `/`.
        kind: a file, a folder, or a link to something in the folder itself.
        target: what such a link leads to, named like `name`.
    """

    path: Path
    name: str
    kind: Literal["file", "folder", "link"]
    target: str = ""


def entries(folder: Path) -> Iterator[Entry]:
    """Everything that belongs to a project, folders before what is in them, in a fixed order.

    Left out is what tools leave behind and no build reads: `.git`, folders of caches, environments
    and `*.egg-info`, and at the top the folders `build`, `dist`, `venv` and `node_modules`. Of a
    link that leads out of the folder, what lies there belongs to it.

    Raises:
        OSError: something in it can't be read.
        TooLarge: it holds more than 200,000 files and folders, or more than 2,000 links to
            folders elsewhere.
    """
    count = followed_links = 0
    top = Path(os.path.realpath(folder))
    waiting: list[tuple[Path, str, tuple[tuple[Path, str], ...]]] = [(folder, "", ((top, ""),))]
    while waiting:
        here, prefix, followed = waiting.pop()
        inner = []
        for found in _scanned(here):
            if _is_left_out(found, at_top=not prefix):
                continue
            count += 1
            if count > _MOST:
                raise TooLarge(None, f"it holds more than {_MOST:,} files and folders", str(folder))
            entry = _entry(found, f"{prefix}{found.name}", followed)
            if entry is None:
                continue
            yield entry
            if entry.kind == "folder":
                led = followed
                if found.is_symlink():
                    followed_links += 1
                    if followed_links > _MOST_FOLLOWED:
                        many = f"it leads to more than {_MOST_FOLLOWED:,} folders elsewhere"
                        raise TooLarge(None, f"{many}, by links", str(folder))
                    led = (*followed, (Path(os.path.realpath(found.path)), entry.name))
                inner.append((entry.path, f"{entry.name}/", led))
        waiting += reversed(inner)


def _scanned(folder: Path) -> list[os.DirEntry[str]]:
    with os.scandir(folder) as scanned:
        return sorted(scanned, key=lambda entry: os.fsencode(entry.name))


def _entry(
    found: os.DirEntry[str], name: str, followed: tuple[tuple[Path, str], ...]
) -> Entry | None:
    """One entry; None for pipes, sockets, devices and links to nothing.

    Args:
        followed: the real folders that led here, with their names, the project's first.
    """
    path = Path(found.path)
    if found.is_symlink():
        path = Path(os.path.realpath(path))
        for real, known in followed:
            if path.is_relative_to(real):
                inside = path.relative_to(real).as_posix()
                parts = (part for part in (known, inside) if part not in ("", "."))
                return Entry(path, name, "link", "/".join(parts))
    try:
        mode = path.stat().st_mode
    except OSError as error:
        if error.errno in (errno.ENOENT, errno.ELOOP):
            return None
        raise
    if stat.S_ISDIR(mode):
        return Entry(path, name, "folder")
    return Entry(path, name, "file") if stat.S_ISREG(mode) else None


def _is_left_out(entry: os.DirEntry[str], *, at_top: bool) -> bool:
    if entry.name == ".git":
        return True
    with suppress(OSError):  # a link to itself
        if entry.is_dir():
            return _is_left_out_folder(entry, at_top)
    return False


def _is_left_out_folder(entry: os.DirEntry[str], at_top: bool) -> bool:
    if entry.name in _LEFT_OUT or entry.name.endswith(".egg-info"):
        return True
    return (at_top and entry.name in _LEFT_OUT_AT_TOP) or (Path(entry.path) / "pyvenv.cfg").exists()
