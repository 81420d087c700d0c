"""A folder with a project: checked, and hashed by what an installation of it can depend on."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

from packaging.utils import canonicalize_name

from contract_check.model.errors import CheckError
from contract_check.model.refs import Package, Pin
from contract_check.refs.failures import failed, nearest, nearest_hint
from contract_check.refs.paths import absolute
from contract_check.refs.projects import is_project, read_project
from contract_check.support.redact import redact

_SKIPPED = frozenset(
    (
        *(".git", "__pycache__", ".venv", ".tox", ".nox"),
        *(".mypy_cache", ".pytest_cache", ".ruff_cache"),
    )
)
# Deeper down these may be names of real packages.
_SKIPPED_AT_TOP = frozenset({"build", "dist", "venv", "node_modules"})
_SKIPPED_PATTERNS = ("*.pyc", "*.egg-info")
_CHUNK = 1 << 20


def pin_folder(value: str, package: Package, *, cwd: Path, requested: str | None) -> Pin:
    """The pin of a project's folder.

    Args:
        value: the folder as typed; `~` is understood.
        package: the package it must hold.
        cwd: what a relative folder is relative to.
        requested: the ref as typed, redacted.

    Raises:
        CheckError: no such folder, no project in it, another project, or it can't be read.
    """
    folder = absolute(value, cwd)
    if not folder.exists():
        raise failed(
            f"there is no folder {redact(str(folder))}",
            nearest_hint(_siblings(folder)) or "check the path",
        )
    if not folder.is_dir():
        raise failed(
            f"{redact(str(folder))} is neither a folder nor a wheel",
            "name the project's folder or a file that ends in .whl",
        )
    if not is_project(folder):
        raise failed(
            f"{redact(str(folder))} holds no Python project",
            "name the folder that holds its pyproject.toml or setup.py; a consumer that is no "
            "package, as scripts or an application, is given with --consumer-path",
        )
    name = project_name(folder)
    if name is not None and name != canonicalize_name(package.name):
        raise failed(
            f"{redact(str(folder))} holds {name}, not {package.name}",
            f"name a folder of {package.name}, or say which packages are meant with --provider and "
            "--consumer, or in a contract-check.toml (contract-check init writes one)",
        )
    return Pin(
        name=package.name,
        kind="path",
        requested=requested,
        requirement=str(folder),
        source=redact(str(folder)),
        sha256=content_hash(folder),
        path=folder,
    )


def _siblings(folder: Path) -> tuple[str, ...]:
    try:
        names = [entry.name for entry in folder.parent.iterdir() if entry.is_dir()]
    except OSError:
        return ()
    return tuple(redact(str(folder.parent / name)) for name in nearest(folder.name, names))


def project_name(folder: Path) -> str | None:
    """The normalized name a project states, or None where it states none or computes it.

    Raises:
        CheckError: pyproject.toml is there but no TOML.
    """
    project = read_project(folder)
    return None if project is None else project.name


def content_hash(folder: Path) -> str:
    """SHA-256 over a folder's names, kinds, executable bits and contents, in a fixed order.

    Left out is what tools leave behind and no build reads: `.git`, caches, virtual environments,
    compiled files, `*.egg-info`, and at the top `build`, `dist`, `venv` and `node_modules`. A
    symbolic link counts with the text it points to, and where that leads out of the folder, with
    what lies there: a build takes that in too. Files are read in pieces, so that their size does
    not matter.

    Raises:
        CheckError: something in it can't be read.
    """
    digest = hashlib.sha256()
    try:
        for path, relative in _entries(folder, "", (Path(os.path.realpath(folder)),)):
            _feed(digest, path, relative)
    except OSError as error:
        raise _unreadable(folder, error) from error
    return digest.hexdigest()


def _unreadable(folder: Path, error: OSError) -> CheckError:
    return failed(
        f"{redact(str(folder))} can't be read whole: {error.strerror}: {error.filename}",
        "make its files readable, and let nothing change them meanwhile",
    )


def _entries(folder: Path, prefix: str, followed: tuple[Path, ...]) -> Iterator[tuple[Path, str]]:
    """What counts in a folder, in a fixed order, with its name below the first.

    Args:
        followed: the real folders that led here, the first among them: content inside one of them
            is met there, and need not be followed for ever.
    """
    with os.scandir(folder) as scanned:
        entries = sorted(scanned, key=lambda entry: os.fsencode(entry.name))
    for entry in entries:
        if _left_out(entry.name, top=not prefix):
            continue
        relative = f"{prefix}{entry.name}"
        if entry.is_dir(follow_symlinks=False):
            yield from _entries(Path(entry.path), f"{relative}/", followed)
            continue
        yield Path(entry.path), relative
        if entry.is_symlink():
            target = Path(os.path.realpath(entry.path))
            if any(target.is_relative_to(known) for known in followed):
                continue
            if target.is_dir():
                yield from _entries(target, f"{relative}/", (*followed, target))
            elif target.exists():
                yield target, relative


def _left_out(name: str, *, top: bool) -> bool:
    if name in _SKIPPED or (top and name in _SKIPPED_AT_TOP):
        return True
    return any(fnmatch(name, pattern) for pattern in _SKIPPED_PATTERNS)


def _feed(digest: hashlib._Hash, path: Path, relative: str) -> None:
    """Add one entry. Every part is preceded by its length: no two folders can look alike."""
    status = path.lstat()
    name = os.fsencode(relative)
    if stat.S_ISLNK(status.st_mode):
        target = os.fsencode(path.readlink())
        digest.update(b"link %d %d\n" % (len(name), len(target)) + name + target)
    elif stat.S_ISREG(status.st_mode):
        mark = b"exec" if status.st_mode & stat.S_IXUSR else b"file"
        digest.update(b"%s %d %d\n" % (mark, len(name), status.st_size) + name)
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                digest.update(chunk)
    # Pipes, sockets and devices are no part of a project, and reading one could wait for ever.
