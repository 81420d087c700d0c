"""Finds interpreters and learns what they are."""

from __future__ import annotations

import os
import platform
import re
from contextlib import suppress
from pathlib import Path

from pydantic import BaseModel, JsonValue, ValidationError

from contract_check.environments import describe_interpreter
from contract_check.environments.crew import Crew, environment
from contract_check.environments.interface import Installer, InstallerFailed, Interpreter
from contract_check.environments.workspace import Workspace
from contract_check.model.errors import CheckError, Side
from contract_check.support.builds import Base, base_executable
from contract_check.support.cache import TimedCache, key_of
from contract_check.support.redact import tail

_VERSION = re.compile(r"^\d+(\.\d+){0,2}$")
_REMEMBERED = 7 * 86400.0
"""Seconds for which an interpreter's description is kept; its file's date is part of the key."""

_OLDEST = (3, 11)
"""The oldest Python that the probe runs on."""
_FOUND = 3600.0
"""Seconds for which it is remembered where a version was found."""


class Description(BaseModel):
    """What `describe_interpreter` writes."""

    version: str
    platform: str
    tag: str
    markers: dict[str, str]
    site: tuple[str, ...]
    executable: Path
    prefix: Path


def choose(
    request: str | None, installer: Installer, crew: Crew, workspace: Workspace, cache_dir: Path
) -> Interpreter:
    """The interpreter for `--python`: a version, a path, or None for the running one.

    Raises:
        CheckError: there is none, or it does not run.
    """
    own = describe_interpreter.describe()
    if request is None or (_VERSION.match(request) and _is(request, str(own["version"]))):
        return interpreter(Description.model_validate(own), base_executable())
    cache = TimedCache(cache_dir / "interpreters")
    path = _located(request, installer, crew, cache)
    status = path.resolve().stat()
    key = key_of(str(path), status.st_mtime_ns, status.st_size)
    known = _known(cache.get(key, _REMEMBERED))
    if known is None:
        known = describe(path, crew, workspace)
        cache.put(key, known.model_dump(mode="json"))
    check_supported(known.version, path)
    return interpreter(known, path)


def describe(
    python: Path, crew: Crew, workspace: Workspace, side: Side | None = None
) -> Description:
    """Ask an interpreter, isolated, what it is and where its packages are.

    Raises:
        CheckError: it can't be run or does not answer.
    """
    answer = workspace.new("python") / "answer.json"
    try:
        crew.run([python, "-I", describe_interpreter.__file__, answer], cwd=workspace.path)
        return Description.model_validate_json(answer.read_bytes())
    except (InstallerFailed, OSError, ValidationError) as error:
        output = error.output if isinstance(error, InstallerFailed) else str(error)
        raise CheckError(
            f"{python} does not work as a Python interpreter.",
            stage="environment",
            side=side,
            hint="Give the path of a Python 3 interpreter or of an environment's folder.",
            detail=tail(output),
        ) from error


def check_supported(version: str, path: Path, side: Side | None = None) -> None:
    """Make sure that the probe runs on an interpreter.

    Raises:
        CheckError: its version is too old.
    """
    if tuple(map(int, version.split(".")[:2])) >= _OLDEST:
        return
    oldest = ".".join(map(str, _OLDEST))
    raise CheckError(
        f"Python {version} ({path}) is too old: packages are examined on Python {oldest} or newer",
        stage="environment",
        side=side,
        hint=f"Choose a newer one: --python {oldest}, or an --environment of a newer Python.",
    )


def _known(document: JsonValue | None) -> Description | None:
    try:
        return Description.model_validate(document)
    except ValidationError:
        return None


def interpreter(description: Description, path: Path) -> Interpreter:
    """An interpreter that described itself."""
    return Interpreter(
        path=path,
        version=description.version,
        platform=description.platform,
        tag=description.tag,
        markers=description.markers,
        base=Base(description.executable, description.prefix, description.version),
    )


def _is(request: str, version: str) -> bool:
    return version.split(".")[: request.count(".") + 1] == request.split(".")


def _located(request: str, installer: Installer, crew: Crew, cache: TimedCache) -> Path:
    """Where an interpreter is; for a version, what was found is remembered for an hour."""
    if not _VERSION.match(request):
        return _locate(request, installer, crew)
    key = key_of("request", installer.name, request)
    known = cache.get(key, _FOUND)
    if isinstance(known, str) and Path(known).exists():
        return Path(known)
    path = _locate(request, installer, crew)
    cache.put(key, str(path))
    return path


def _locate(request: str, installer: Installer, crew: Crew) -> Path:
    path = Path(request).expanduser()
    if path.is_dir():
        return _inside(path)
    if path.is_file():
        return path.absolute()
    if not _VERSION.match(request):
        raise CheckError(
            f"No Python interpreter at {request!r}.",
            stage="environment",
            hint="--python takes a version such as 3.12 or the path of an interpreter.",
        )
    for candidate in _usual_places(request):
        if crew.try_run([candidate, "-I", "-c", ""]).returncode == 0:
            return candidate
    try:
        return installer.find_python(request)
    except InstallerFailed as error:
        raise CheckError(
            f"Python {request} was not found.",
            stage="environment",
            hint=f"There are {', '.join(_versions_here())}. "
            "Take one, install it (`uv python install` does), or give an interpreter's path.",
            detail=tail(error.output),
        ) from error


def _versions_here() -> list[str]:
    """The versions that are on the path, and those that pyenv and uv keep; the newest first."""
    found = {platform.python_version()}
    for folder in (environment().get("PATH") or os.defpath).split(os.pathsep):
        with suppress(OSError):
            names = (path.name for path in Path(folder).glob("python3.*"))
            found |= {name[6:] for name in names if re.fullmatch(r"python3\.\d+", name)}
    pyenv = Path(environment().get("PYENV_ROOT") or Path.home() / ".pyenv") / "versions"
    data = Path(environment().get("XDG_DATA_HOME") or Path.home() / ".local" / "share")
    kept = Path(environment().get("UV_PYTHON_INSTALL_DIR") or data / "uv" / "python")
    for place in (pyenv, kept):
        for folder_ in place.glob("*"):
            told = re.search(r"(?:^|cpython-)(3\.\d+\.\d+)", folder_.name)
            found |= {told[1]} if told else set()
    whole = {version for version in found if version.count(".") == 2}
    # 3.12 says nothing that 3.12.4 does not.
    short = {each for each in found - whole if not any(v.startswith(f"{each}.") for v in whole)}
    return sorted(whole | short, key=lambda v: [int(part) for part in v.split(".")], reverse=True)


def _inside(folder: Path) -> Path:
    for name in ("bin/python", "bin/python3", "Scripts/python.exe"):
        if (folder / name).is_file():
            return (folder / name).absolute()
    raise CheckError(
        f"{folder} holds no Python interpreter.",
        stage="environment",
        hint="Give an interpreter's path or the folder of a virtual environment.",
    )


def interpreter_at(path: Path) -> Path:
    """The interpreter for `--environment`: a file, or the folder of an environment.

    Raises:
        CheckError: there is none.
    """
    if path.is_dir():
        return _inside(path)
    if path.is_file():
        return path.absolute()
    raise CheckError(
        f"There is no environment at {path}.",
        stage="environment",
        hint="--environment takes an interpreter's path or the folder of a virtual environment.",
    )


def _usual_places(version: str) -> list[Path]:
    """Where pyenv keeps a version: its shims fail for versions that are not active."""
    root = Path(environment().get("PYENV_ROOT") or Path.home() / ".pyenv") / "versions"
    found = [folder for folder in root.glob(f"{version}*") if _is(version, folder.name)]
    return [folder / "bin" / "python" for folder in sorted(found, reverse=True)]
