"""Pins as something an installer can be given, and wheels of folders."""

from __future__ import annotations

import hashlib
import re
import shutil
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from email.parser import HeaderParser
from pathlib import Path

from packaging.requirements import InvalidRequirement, Requirement

from contract_check.environments.building import explain_build
from contract_check.environments.folders import copy_project, git_state
from contract_check.environments.interface import Installer, InstallerFailed, Interpreter
from contract_check.environments.layers import Store
from contract_check.environments.packing import pack
from contract_check.environments.workspace import Workspace
from contract_check.model.errors import CheckError, Side
from contract_check.model.refs import Pin
from contract_check.support.cache import key_of
from contract_check.support.redact import redact, tail
from contract_check.support.zipped import UNREADABLE

_GIT_FOLDER = re.compile(
    r"(?P<name>[\w.-]+(?:\[[^]]*\])?)\s*@\s*(?P<url>git\+file:[^#\s]+)(?:#(?P<fragment>\S*))?"
)


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

    @property
    def needs(self) -> str | None:
        """Names what a resolution depends on: of a wheel, what it says of itself, not its code.

        Raises:
            CheckError: the file is no wheel.
        """
        if self.wheel is None:
            return self.identity
        said = wheel_metadata(self.wheel)
        stated = (said.version, said.requires_python)
        return key_of("wheel", self.pin.name, *stated, [*said.requires], [*said.extras])

    def requirement(self, extras: Sequence[str] = ()) -> str:
        """The requirement with these extras."""
        named = f"[{','.join(sorted(set(extras)))}]" if extras else ""
        return f"{self.pin.name}{named}{self.place}"


def for_any_pip(requirement: str) -> str:
    """A requirement as pips before version 24 take it too.

    They refuse `name @ git+file:///…`, for its URL has no host; as a URL alone, with the name in
    the fragment, they take it.

    Args:
        requirement: a line for pip; whatever else it is, it stays as it is.
    """
    found = _GIT_FOLDER.fullmatch(requirement)
    if found is None:
        return requirement
    further = f"&{found['fragment']}" if found["fragment"] else ""
    return f"{found['url']}#egg={found['name']}{further}"


def prepare(
    pin: Pin,
    *,
    installer: Installer,
    python: Interpreter,
    workspace: Workspace,
    store: Store,
    side: Side | None,
) -> Source:
    """Make a pin installable; a folder is built, from a copy, unless that was done before.

    Args:
        store: where the wheels of folders are kept.
        side: for error messages.

    Raises:
        CheckError: the folder can't be built, or the wheel's content is not what was pinned.
    """
    if pin.kind == "version":
        identity = key_of("version", pin.name, pin.version, pin.sha256)
        return Source(pin, f"=={pin.version}", identity)
    if pin.kind == "wheel":
        return _from_wheel(pin, workspace, side)
    if pin.kind == "path":
        return _from_folder(pin, installer, python, workspace, store, side)
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
    store: Store,
    side: Side | None,
) -> Source:
    folder = _path_of(pin)
    identity = None
    if pin.sha256 is not None:
        loose = () if pin.requires is None else ("loose", *pin.requires)
        identity = key_of("path", pin.name, pin.sha256, git_state(folder), python.tag, *loose)

    def make(layer: Path) -> None:
        if pin.requires is None:
            _build(folder, layer / "site", installer, python, workspace, side)
        else:
            pack(folder, pin.name, pin.requires, layer / "site")

    built = store.get(identity, make)
    wheel = _wheel_in(built, folder, side)
    return Source(pin, f" @ {wheel.as_uri()}", identity, wheel)


def _wheel_in(out: Path, folder: Path, side: Side | None) -> Path:
    wheel = next(iter(sorted(out.glob("*.whl"))), None)
    if wheel is None:
        raise CheckError(
            f"The build of {folder} ended well but made no wheel.",
            stage="environment",
            side=side,
            hint="Build it by hand (`python -m build`) to see what its build backend does.",
        )
    return wheel


def _build(
    folder: Path,
    out: Path,
    installer: Installer,
    python: Interpreter,
    workspace: Workspace,
    side: Side | None,
) -> None:
    out.mkdir()
    try:
        installer.build_wheel(python, copy_project(folder, workspace.new("build")), out)
    except (OSError, shutil.Error) as error:
        raise CheckError(
            f"{folder} can't be copied: {error}.",
            stage="environment",
            side=side,
            hint="Check that everything in it can be read.",
        ) from error
    except InstallerFailed as error:
        message, hint = explain_build(str(folder), error.output)
        raise CheckError(
            message, stage="environment", side=side, hint=hint, detail=tail(error.output)
        ) from error
    _wheel_in(out, folder, side)


@dataclass(frozen=True)
class Metadata:
    """What a wheel's METADATA says about what it needs."""

    version: str | None
    requires: tuple[str, ...]
    requires_python: str | None
    extras: tuple[str, ...]


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
    except (*UNREADABLE, StopIteration) as error:
        raise CheckError(
            f"{wheel.name} is no wheel that can be read: {str(error) or 'it holds no METADATA'}",
            stage="environment",
            hint="Build it again, neither encrypted nor packed in an uncommon way.",
        ) from error
    headers = HeaderParser().parsestr(text)
    return Metadata(
        version=headers.get("Version"),
        requires=tuple(str(line) for line in headers.get_all("Requires-Dist") or ()),
        requires_python=headers.get("Requires-Python"),
        extras=tuple(str(extra) for extra in headers.get_all("Provides-Extra") or ()),
    )
