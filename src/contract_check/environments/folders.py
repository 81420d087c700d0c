"""Copies a project folder, so that nothing a build leaves behind lands in the user's."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Mapping
from pathlib import Path

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


def copy_project(folder: Path, into: Path) -> Path:
    """Copy a project with its git metadata, without caches, environments and build leftovers.

    Args:
        folder: the project; where it lies below a repository's top, the same path is kept below
            the copied metadata, so that versions taken from git come out the same.
        into: an empty folder.

    Returns:
        The copied project's folder.
    """
    folder = folder.resolve()
    top = _repository_top(folder)
    target = into / "project" if top is None else into / "project" / folder.relative_to(top)
    target.mkdir(parents=True, exist_ok=True)
    _copy(folder, target, {folder: target})
    if top is not None:
        _copy_git(top / ".git", into / "project" / ".git")
    return target


def git_state(folder: Path) -> str:
    """A hash of what a version taken from git depends on: HEAD, branches, tags."""
    top = _repository_top(folder.resolve())
    if top is None:
        return ""
    git = top / ".git"
    digest = hashlib.sha256()
    files = [git] if git.is_file() else [git / "HEAD", git / "packed-refs"]
    if git.is_dir():
        files += sorted(path for path in (git / "refs").rglob("*") if path.is_file())
    for file in files:
        if file.is_file():
            digest.update(str(file.relative_to(top)).encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()


def _repository_top(folder: Path) -> Path | None:
    return next((level for level in (folder, *folder.parents) if (level / ".git").exists()), None)


def _copy(source: Path, target: Path, followed: Mapping[Path, Path]) -> None:
    """Copy a folder; of a link that leads out of it, what lies there.

    Args:
        followed: the real folders that led here, the project first, each with its copy: a link
            into one of them becomes a link into the copy.
    """
    for entry in os.scandir(source):
        if _left_out(entry, next(iter(followed))):
            continue
        path, place = Path(entry.path), target / entry.name
        real = Path(os.path.realpath(path)) if entry.is_symlink() else None
        known = real and next(filter(real.is_relative_to, followed), None)
        if real is not None and known is not None:
            there = followed[known] / real.relative_to(known)
            place.symlink_to(os.path.relpath(there, target))
        elif path.is_dir():
            place.mkdir()
            inside = followed if real is None else {**followed, real: place}
            _copy(real or path, place, inside)
        elif path.is_file():
            shutil.copy2(path, place)


def _left_out(entry: os.DirEntry[str], root: Path) -> bool:
    if entry.name in _LEFT_OUT or entry.name == ".git" or entry.name.endswith(".egg-info"):
        return True
    path = Path(entry.path)
    if not path.is_dir():
        return path.suffix == ".pyc"
    # At the top these hold what earlier builds left, which setuptools would pack again, and what
    # no build reads; deeper down they may be packages.
    at_top = {root / name for name in ("build", "dist", "venv", "node_modules")}
    return path in at_top or (path / "pyvenv.cfg").exists()


def _copy_git(git: Path, target: Path) -> None:
    if git.is_file():
        shutil.copy2(git, target)
        return
    shutil.copytree(
        git, target, symlinks=True, ignore=lambda _folder, _names: {"objects", "hooks", "lfs"}
    )
    # The history itself is only read: refer to it instead of copying it.
    info = target / "objects" / "info"
    info.mkdir(parents=True)
    (info / "alternates").write_text(f"{git / 'objects'}\n", encoding="utf-8")
