"""Pins as something an installer can be given, and wheels of folders."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from email.parser import HeaderParser
from pathlib import Path

from packaging.requirements import InvalidRequirement, Requirement

from contract_check.environments.folders import copy_project, git_state
from contract_check.environments.interface import Installer, InstallerFailed, Interpreter
from contract_check.environments.workspace import Workspace
from contract_check.model.errors import CheckError, Side
from contract_check.model.refs import Pin
from contract_check.support.cache import key_of
from contract_check.support.redact import redact, tail


@dataclass(frozen=True)
class Source:
    """A pin that is ready to be installed.

    Args:
        pin: what it was made of.
        place: what follows the name in a requirement: `==1.2` or ` @ file:///…` (may hold
            credentials: never printed).
        identity: names this state for ever, or None where nothing does.
        wheel: the wheel file, for folders and wheels.
    """

    pin: Pin
    place: str
    identity: str | None
    wheel: Path | None = None

    def requirement(self, extras: Sequence[str] = ()) -> str:
        """The requirement with these extras."""
        named = f"[{','.join(sorted(set(extras)))}]" if extras else ""
        return f"{self.pin.name}{named}{self.place}"


def prepare(
    pin: Pin,
    *,
    installer: Installer,
    python: Interpreter,
    workspace: Workspace,
    cache_dir: Path,
    refresh: bool,
    side: Side | None,
) -> Source:
    """Make a pin installable; a folder is built, from a copy, unless that was done before.

    Raises:
        CheckError: the folder can't be built, or the wheel's content is not what was pinned.
    """
    if pin.kind == "version":
        identity = key_of("version", pin.name, pin.version, pin.sha256)
        return Source(pin, f"=={pin.version}", identity)
    if pin.kind == "wheel":
        return _from_wheel(pin, workspace, side)
    if pin.kind == "path":
        return _from_folder(pin, installer, python, workspace, cache_dir, refresh, side)
    place = _url_of(pin)
    known = pin.commit or pin.sha256
    named = key_of(pin.kind, pin.name, redact(place), known) if known else None
    return Source(pin, f" @ {place}", named)


def _url_of(pin: Pin) -> str:
    try:
        return Requirement(pin.requirement).url or pin.requirement
    except InvalidRequirement:
        return pin.requirement


def _from_wheel(pin: Pin, workspace: Workspace, side: Side | None) -> Source:
    path = _path_of(pin)
    # A copy, so that what is hashed here is what gets installed.
    copy = workspace.new("wheel") / path.name
    try:
        shutil.copyfile(path, copy)
    except OSError as error:
        raise CheckError(
            f"{path} can't be read: {error.strerror}.", stage="environment", side=side
        ) from error
    digest = hashlib.sha256(copy.read_bytes()).hexdigest()
    if pin.sha256 is not None and digest != pin.sha256:
        raise CheckError(
            f"provider-not-as-asked: {path.name} changed while it was being checked.",
            stage="environment",
            side=side,
            hint="Run the check again once the file is complete.",
        )
    return Source(pin, f" @ {copy.as_uri()}", key_of("wheel", pin.name, digest), copy)


def _path_of(pin: Pin) -> Path:
    return (pin.path or Path(pin.requirement)).resolve()


def _from_folder(
    pin: Pin,
    installer: Installer,
    python: Interpreter,
    workspace: Workspace,
    cache_dir: Path,
    refresh: bool,
    side: Side | None,
) -> Source:
    folder = _path_of(pin)
    identity = None
    if pin.sha256 is not None:
        identity = key_of("path", pin.name, pin.sha256, git_state(folder), python.tag)
    kept = None if identity is None else cache_dir / "wheels" / identity
    wheel = None if kept is None or refresh else _only_wheel(kept)
    if wheel is None:
        wheel = _build(folder, installer, python, workspace, side)
        if kept is not None:
            wheel = _keep(wheel, kept)
    return Source(pin, f" @ {wheel.as_uri()}", identity, wheel)


def _only_wheel(folder: Path) -> Path | None:
    return next(iter(sorted(folder.glob("*.whl"))), None)


def _build(
    folder: Path,
    installer: Installer,
    python: Interpreter,
    workspace: Workspace,
    side: Side | None,
) -> Path:
    room = workspace.new("build")
    out = room / "out"
    out.mkdir()
    try:
        installer.build_wheel(python, copy_project(folder, room), out)
    except (OSError, shutil.Error) as error:
        raise CheckError(
            f"{folder} can't be copied: {error}.", stage="environment", side=side
        ) from error
    except InstallerFailed as error:
        raise CheckError(
            f"{folder} can't be built.",
            stage="environment",
            side=side,
            hint="Build it by hand (`python -m build`) to see what its build backend wants.",
            detail=tail(error.output),
        ) from error
    wheel = _only_wheel(out)
    if wheel is None:
        raise CheckError(
            f"The build of {folder} ended well but made no wheel.",
            stage="environment",
            side=side,
            hint="Build it by hand (`python -m build`) to see what its build backend does.",
        )
    return wheel


def _keep(wheel: Path, kept: Path) -> Path:
    """Put a wheel into the cache, whole or not at all, however many processes try at once."""
    try:
        kept.mkdir(parents=True, exist_ok=True)
        handle, draft = tempfile.mkstemp(prefix=".new-", dir=kept)
        os.close(handle)
        shutil.copyfile(wheel, draft)
        Path(draft).replace(kept / wheel.name)
    except OSError:
        return wheel
    return kept / wheel.name


@dataclass(frozen=True)
class Metadata:
    """What a wheel's or an installed distribution's METADATA says about what it needs."""

    requires: tuple[str, ...]
    requires_python: str | None


def wheel_metadata(wheel: Path) -> Metadata:
    """Read a wheel's metadata.

    Raises:
        CheckError: the file is no wheel.
    """
    try:
        with zipfile.ZipFile(wheel) as archive:
            name = next(
                name
                for name in archive.namelist()
                if name.count("/") == 1 and name.endswith(".dist-info/METADATA")
            )
            text = archive.read(name).decode("utf-8", errors="replace")
    except (OSError, zipfile.BadZipFile, StopIteration) as error:
        raise CheckError(
            f"{wheel.name} is no wheel that can be read.",
            stage="environment",
            hint="Build it again.",
        ) from error
    headers = HeaderParser().parsestr(text)
    return Metadata(
        tuple(str(line) for line in headers.get_all("Requires-Dist") or ()),
        headers.get("Requires-Python"),
    )
