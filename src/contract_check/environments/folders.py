"""Copies a project folder, so that nothing a build leaves behind lands in the user's."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

from contract_check.support.project import entries

_GIT = ("HEAD", "config", "packed-refs", "refs", "index", "info", "shallow")
"""What is taken of a repository's metadata; its objects are referred to."""
_RULES = (".gitignore", ".gitattributes")
"""Files above a project, up to the top of its repository, that its build may follow."""


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
    _copy(folder, target)
    if top is not None:
        _copy_git(top, into / "project")
        for file in _rules_above(folder, top):
            shutil.copy2(file, into / "project" / file.relative_to(top))
    return target


def git_state(folder: Path) -> str:
    """A hash of everything that `copy_project` takes from around a project: of the metadata of its
    repository HEAD, branches, tags, index and exclusions, and the rules above it for files."""
    folder = folder.resolve()
    top = _repository_top(folder)
    if top is None:
        return ""
    digest = hashlib.sha256()
    files = [*_rules_above(folder, top), *(top / ".git" / name for name, _ in _git_files(top))]
    for file in [top / ".git", *sorted(files)]:
        if file.is_file():
            digest.update(str(file.relative_to(top)).encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()


def _git_files(top: Path) -> Iterator[tuple[str, Path]]:
    """The files of a repository's metadata that belong to a project, with their names there."""
    git = top / ".git"
    for name in _GIT if git.is_dir() else ():
        place = git / name
        if place.is_file():
            yield name, place
        elif place.is_dir():
            for file in sorted(place.rglob("*")):
                if file.is_file():
                    yield str(file.relative_to(git)), file


def _rules_above(folder: Path, top: Path) -> list[Path]:
    levels = [level for level in folder.parents if level == top or level.is_relative_to(top)]
    return [file for level in levels for name in _RULES if (file := level / name).is_file()]


def _repository_top(folder: Path) -> Path | None:
    return next((level for level in (folder, *folder.parents) if (level / ".git").exists()), None)


def _copy(source: Path, target: Path) -> None:
    """Copy what belongs to a project; a link into it becomes a link into the copy."""
    for entry in entries(source):
        place = target / entry.name
        if entry.kind == "folder":
            place.mkdir()
        elif entry.kind == "file":
            shutil.copy2(entry.path, place)
        else:
            place.symlink_to(os.path.relpath(target / entry.target, place.parent))


def _copy_git(top: Path, target: Path) -> None:
    git, copy = top / ".git", target / ".git"
    if git.is_file():
        shutil.copy2(git, copy)
        return
    copy.mkdir()
    (copy / "refs").mkdir()  # git takes no folder without it for a repository
    for name, file in _git_files(top):
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        if name == "config":  # may hold credentials: of remotes, or as headers of requests
            text = file.read_text(encoding="utf-8", errors="replace")
            (copy / name).write_text(_format_only(text), encoding="utf-8")
        else:
            shutil.copy2(file, copy / name)
    # The history itself is only read: refer to it instead of copying it.
    info = copy / "objects" / "info"
    info.mkdir(parents=True)
    (info / "alternates").write_text(f"{git / 'objects'}\n", encoding="utf-8")


def _format_only(config: str) -> str:
    """The sections of a repository's configuration that say how it is stored."""
    kept, keeps = [], False
    for line in config.splitlines(keepends=True):
        if line.lstrip().startswith("["):
            keeps = re.match(r"\s*\[(?:core|extensions)\]", line, re.IGNORECASE) is not None
        if keeps and not re.match(r"\s*(?:sshcommand|hookspath|fsmonitor)\b", line, re.IGNORECASE):
            kept.append(line)
    return "".join(kept)
