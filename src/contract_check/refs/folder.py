"""A folder with a project: checked, and hashed by what an installation of it can depend on."""

from __future__ import annotations

import hashlib
import os
import stat
from pathlib import Path

from packaging.utils import canonicalize_name

from contract_check.model.errors import CheckError
from contract_check.model.refs import Package, Pin
from contract_check.refs.failures import failed, nearest, nearest_hint
from contract_check.refs.paths import absolute
from contract_check.refs.projects import is_project, read_project
from contract_check.support.project import Entry, entries
from contract_check.support.redact import redact

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
    """SHA-256 over the names, kinds, executable bits and contents of what belongs to a project
    (`support.project.entries`), in a fixed order: of all that a build gets to see, and of no more.

    Files are read in pieces, so that their size does not matter.

    Raises:
        CheckError: something in it can't be read.
    """
    digest = hashlib.sha256()
    try:
        for entry in entries(folder):
            _feed(digest, entry)
    except OSError as error:
        raise _unreadable(folder, error) from error
    return digest.hexdigest()


def _unreadable(folder: Path, error: OSError) -> CheckError:
    place = redact(str(error.filename))
    return failed(
        f"{redact(str(folder))} can't be read whole: {error.strerror}: {place}",
        "make its files readable, and let nothing change them meanwhile",
    )


def _feed(digest: hashlib._Hash, entry: Entry) -> None:
    """Add one entry. Every part is preceded by its length: no two folders can look alike."""
    name = os.fsencode(entry.name)
    if entry.kind == "folder":
        digest.update(b"folder %d\n" % len(name) + name)
    elif entry.kind == "link":
        target = os.fsencode(entry.target)
        digest.update(b"link %d %d\n" % (len(name), len(target)) + name + target)
    else:
        status = entry.path.stat()
        mark = b"exec" if status.st_mode & stat.S_IXUSR else b"file"
        digest.update(b"%s %d %d\n" % (mark, len(name), status.st_size) + name)
        with entry.path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                digest.update(chunk)
