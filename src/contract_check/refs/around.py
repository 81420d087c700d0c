"""Where a package's own project lies around the current folder, if it lies there at all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from contract_check.model.refs import Package
from contract_check.refs.projects import read_project

_DEEPEST, _MOST = 4, 2000
"""Levels below a repository's top, and folders, that are looked through for a project."""
_PASSED_OVER = frozenset(("build", "dist", "node_modules", "site-packages", "__pycache__", "venv"))


def repository_top(folder: Path) -> Path | None:
    """The top of the repository that a folder lies in, or None."""
    return next((level for level in (folder, *folder.parents) if (level / ".git").exists()), None)


def above(home: Path, name: str) -> Path | None:
    """The package's project among a folder and those above it, up to the repository's top.

    Raises:
        CheckError: a pyproject.toml on the way is no TOML.
    """
    for folder in (home, *home.parents):
        if _holds(folder, name):
            return folder
        if (folder / ".git").exists():
            break
    return None


def inside(home: Path, name: str) -> Path | None:
    """The package's project in the repository that a folder lies in: several packages in one."""
    top = repository_top(home)
    if top is None:
        return None
    return next((folder for folder in _folders(top) if _mentions(folder, name)), None)


def next_door(home: Path, name: str) -> Path | None:
    """The package's checkout beside the project that a folder lies in."""
    beside = (repository_top(home) or home).parent
    try:
        names = sorted(entry.name for entry in os.scandir(beside) if entry.is_dir())[:_MOST]
    except OSError:
        return None
    folders = (beside / one for one in names)
    return next((f for f in folders if (f / ".git").exists() and _mentions(f, name)), None)


def in_repository(package: Package, folder: Path) -> Package | None:
    """The package with the repository that its project's folder lies in; None if in none."""
    top = repository_top(folder)
    if top is None:
        return None
    below = folder.relative_to(top).as_posix()
    return replace(package, repository=str(top), subdirectory=None if below == "." else below)


def _holds(folder: Path, name: str) -> bool:
    project = read_project(folder)
    return project is not None and project.name == name


def _mentions(folder: Path, name: str) -> bool:
    """As `_holds`, for folders that nobody named: one that can't be read is not the one."""
    from contract_check.model.errors import CheckError

    try:
        return _holds(folder, name)
    except CheckError:
        return False


def _folders(top: Path) -> Iterator[Path]:
    """The folders of a repository, those at the top first; none that begins with a dot."""
    level, seen = [top], 0
    for _ in range(_DEEPEST):
        deeper: list[Path] = []
        for folder in level:
            yield folder
            seen += 1
            if seen > _MOST:
                return
            try:
                entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
            except OSError:
                continue
            deeper += [
                Path(entry.path)
                for entry in entries
                if entry.is_dir(follow_symlinks=False)
                and entry.name not in _PASSED_OVER
                and not entry.name.startswith(".")
                and not Path(entry.path, "pyvenv.cfg").exists()
            ]
        level = deeper
    yield from level
