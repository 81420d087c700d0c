"""A wheel in a file: its name says what it holds (PEP 427), its hash says which one it is."""

from __future__ import annotations

import hashlib
import zipfile
from pathlib import Path

from packaging.utils import InvalidWheelFilename, canonicalize_name, parse_wheel_filename

from contract_check.model.refs import Package, Pin
from contract_check.refs.failures import failed, nearest, nearest_hint
from contract_check.refs.paths import absolute
from contract_check.support.redact import redact
from contract_check.support.zipped import UNREADABLE


def pin_wheel(value: str, package: Package, *, cwd: Path, requested: str | None) -> Pin:
    """The pin of a wheel.

    Args:
        value: the file as typed; `~` is understood.
        package: the package it must hold.
        cwd: what a relative path is relative to.
        requested: the ref as typed, redacted.

    Raises:
        CheckError: no such file, no wheel, or another package's.
    """
    path = absolute(value, cwd)
    if not path.is_file():
        raise failed(
            f"there is no wheel {redact(str(path))}",
            nearest_hint(_siblings(path)) or "check the path",
        )
    try:
        name, version, _, _ = parse_wheel_filename(path.name)
    except InvalidWheelFilename as error:
        raise failed(
            f"{redact(path.name)} is no wheel's file name",
            "build tools name wheels name-version-python-abi-platform.whl; keep that name",
        ) from error
    if name != canonicalize_name(package.name):
        raise failed(
            f"{redact(path.name)} holds {name}, not {package.name}",
            f"name a wheel of {package.name}, or say which packages are meant with --provider and "
            "--consumer, or in a contract-check.toml (contract-check init writes one)",
        )
    _check_archive(path)
    return Pin(
        name=package.name,
        kind="wheel",
        requested=requested,
        requirement=str(path),
        source=redact(str(path)),
        version=str(version),
        sha256=_file_hash(path),
        path=path,
    )


def _siblings(path: Path) -> tuple[str, ...]:
    try:
        names = [entry.name for entry in path.parent.iterdir() if entry.suffix == ".whl"]
    except OSError:
        return ()
    return tuple(redact(str(path.parent / name)) for name in nearest(path.name, names))


def _check_archive(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except UNREADABLE as error:
        raise failed(
            f"{redact(path.name)} is damaged: {error}", "build or download it again"
        ) from error
    if not any(name.endswith(".dist-info/METADATA") for name in names):
        raise failed(
            f"{redact(path.name)} is no wheel: it holds no metadata", "build or download it again"
        )


def _file_hash(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise failed(f"{redact(str(path))} can't be read: {error.strerror}") from error
