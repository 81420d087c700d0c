"""The consumer's checkout, where its tests are: its folder, its repository's, or its sdist."""

from __future__ import annotations

import hashlib
import shutil
import tarfile
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from packaging.requirements import InvalidRequirement, Requirement

from contract_check.environments.crew import Crew
from contract_check.environments.folders import copy_project
from contract_check.environments.interface import InstallerFailed
from contract_check.environments.uv import find_uv
from contract_check.environments.workspace import Workspace
from contract_check.model.errors import CheckError
from contract_check.model.refs import Pin
from contract_check.model.settings import Settings
from contract_check.support.documents import toml_of
from contract_check.support.redact import redact, tail

_SECONDS = 120.0
_LARGEST = 256 * 1024 * 1024
_GROUPS = ("test", "tests", "testing", "dev")


def checkout(pin: Pin, settings: Settings, workspace: Workspace) -> Path:
    """The folder with the consumer's project and its tests. It is only read.

    Args:
        pin: the consumer.

    Raises:
        CheckError: there is none, or it can't be had.
    """
    if pin.kind == "path" and pin.path is not None:
        return pin.path
    if pin.kind == "git":
        return _clone(pin, workspace)
    if pin.kind == "version":
        return _sdist(pin, settings, workspace)
    raise _no_tests(f"{pin.source} holds no tests of {pin.name}")


def copy_checkout(folder: Path, into: Path) -> Path:
    """A copy for one run, so that no run sees what another one wrote.

    Raises:
        CheckError: something in it can't be copied.
    """
    try:
        into.mkdir(parents=True)
        return copy_project(folder, into)
    except (OSError, shutil.Error) as error:
        raise CheckError(
            f"{folder} can't be copied: {error}.",
            stage="environment",
            hint="Check that everything in it can be read.",
        ) from error


def test_requirements(folder: Path) -> tuple[str, ...]:
    """What a project says that its tests need: a group or extra called test, tests, testing or dev.

    Raises:
        CheckError: its pyproject.toml is no TOML.
    """
    for name in _GROUPS:
        found = named_requirements(folder, name)
        if found is not None:
            return found
    return ()


def named_requirements(folder: Path, name: str) -> tuple[str, ...] | None:
    """The requirements of a dependency group (PEP 735), else of an extra; None for neither.

    Raises:
        CheckError: the project's pyproject.toml is no TOML.
    """
    document = _document(folder / "pyproject.toml")
    groups = document.get("dependency-groups")
    if isinstance(groups, dict) and name in groups:
        return tuple(dict.fromkeys(_group(groups, name, ())))
    project = document.get("project")
    extras = project.get("optional-dependencies") if isinstance(project, dict) else None
    if isinstance(extras, dict) and isinstance(extras.get(name), list):
        return tuple(dict.fromkeys(line for line in extras[name] if _plain(line)))
    return None


def _group(groups: Mapping[str, Any], name: str, above: tuple[str, ...]) -> list[str]:
    lines: list[str] = []
    for entry in groups.get(name, ()) if name not in above else ():
        if isinstance(entry, dict) and isinstance(entry.get("include-group"), str):
            lines += _group(groups, entry["include-group"], (*above, name))
        elif _plain(entry):
            lines.append(str(entry))
    return lines


def _plain(line: object) -> bool:
    try:
        Requirement(str(line))
    except InvalidRequirement:
        return False
    return True


def _document(file: Path) -> dict[str, Any]:
    try:
        return toml_of(file.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise CheckError(
            f"{file} can't be read: {error}",
            stage="environment",
            hint="Put the file right first.",
        ) from error


def _clone(pin: Pin, workspace: Workspace) -> Path:
    url, _, rest = (Requirement(pin.requirement).url or "").removeprefix("git+").rpartition("@")
    below = rest.partition("#subdirectory=")[2]
    folder = workspace.new("checkout") / "project"
    crew = Crew(workspace.new("tmp"))
    hooks = ("-c", "core.hooksPath=/dev/null", "-c", "protocol.ext.allow=never")
    try:
        crew.run(["git", *hooks, "clone", "--quiet", "--no-checkout", "--", url, folder])
        crew.run(["git", *hooks, "-C", folder, "checkout", "--quiet", "--detach", pin.commit or ""])
    except InstallerFailed as error:
        raise CheckError(
            f"{pin.name} can't be checked out of {pin.source}.",
            stage="environment",
            hint="Check the network and your right to read the repository.",
            detail=tail(error.output),
        ) from error
    return folder / below if below else folder


def _sdist(pin: Pin, settings: Settings, workspace: Workspace) -> Path:
    url, digest = _sdist_place(pin, workspace, settings.offline)
    kept = settings.cache_dir / "sdists" / f"{digest}.tar.gz"
    if not kept.exists():
        _download(pin, url, digest, kept, settings.offline)
    folder = workspace.new("sdist")
    try:
        with tarfile.open(kept) as archive:
            archive.extractall(folder, filter="data")
    except (OSError, tarfile.TarError) as error:
        raise _no_tests(f"the sdist of {pin.name} can't be unpacked: {error}") from error
    (top,) = list(folder.iterdir())
    return top


def _sdist_place(pin: Pin, workspace: Workspace, offline: bool) -> tuple[str, str]:
    """The URL and SHA-256 of a release's sdist, as uv finds it with a person's own settings."""
    program = find_uv()
    if program is None:
        raise _no_tests(f"without uv, the sdist of {pin.name} can't be found")
    folder = workspace.new("sdist-lock")
    (folder / "in.txt").write_text(f"{pin.name}=={pin.version}\n", encoding="utf-8")
    lock = folder / "pylock.sdist.toml"
    command: list[str | Path] = [
        "pip",
        "compile",
        "--quiet",
        "--no-deps",
        "--output-file",
        lock,
        folder / "in.txt",
    ]
    try:
        Crew(workspace.new("tmp")).run([program, *command, *(["--offline"] if offline else [])])
    except InstallerFailed as error:
        raise CheckError(
            f"the sdist of {pin.name} {pin.version} can't be found.",
            stage="environment",
            hint="Name a checkout with --consumer-ref instead.",
            detail=tail(error.output),
        ) from error
    packages = _document(lock).get("packages") or [{}]
    sdist = packages[0].get("sdist") or {}
    digest = (sdist.get("hashes") or {}).get("sha256")
    if not isinstance(sdist.get("url"), str) or not isinstance(digest, str):
        raise _no_tests(f"{pin.name} {pin.version} was released without an sdist")
    return sdist["url"], digest


def _download(pin: Pin, url: str, digest: str, kept: Path, offline: bool) -> None:
    if offline:
        raise _no_tests(f"the sdist of {pin.name} was never downloaded, and offline it can't be")
    try:
        with urllib.request.urlopen(url, timeout=_SECONDS) as answer:
            data: bytes = answer.read(_LARGEST)
    except (urllib.error.URLError, OSError, ValueError) as error:
        raise _no_tests(f"{redact(url)} can't be downloaded: {error}") from error
    if hashlib.sha256(data).hexdigest() != digest:
        raise _no_tests(f"{redact(url)} is not what the index says that it is")
    kept.parent.mkdir(parents=True, exist_ok=True)
    draft = kept.with_name(f".{kept.name}.{digest[:8]}")
    draft.write_bytes(data)
    draft.replace(kept)


def _no_tests(message: str) -> CheckError:
    return CheckError(
        message,
        stage="environment",
        hint="Name a checkout with the tests: --consumer-ref ./folder.",
    )
