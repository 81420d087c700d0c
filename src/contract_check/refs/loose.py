"""A consumer that is no package: scripts or an application, read where they lie.

What it requires is taken from the project file, the lock or the requirements file in its folder,
else in the folders above, up to the top of the repository.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from contract_check.model.errors import CheckError
from contract_check.model.refs import Package, Pin
from contract_check.refs.around import repository_top
from contract_check.refs.failures import failed
from contract_check.refs.folder import content_hash
from contract_check.refs.projects import read_project
from contract_check.support.documents import json_of, toml_of
from contract_check.support.redact import redact

_LISTS = (
    *("requirements.txt", "requirements.in", "requirements/base.txt", "requirements/main.txt"),
    *("requirements/prod.txt", "requirements/production.txt"),
)
_LOCKS = ("uv.lock", "poetry.lock", "pdm.lock", "pylock.toml")
_FOLLOWED = ("-r ", "--requirement ", "--requirement=", "-r=")
_EDITABLE = ("-e ", "--editable ", "--editable=")


def pin_loose(folder: Path, package: Package, provider: Package) -> Pin:
    """The pin of a folder with Python files that is no package.

    Args:
        folder: absolute.
        package: what the consumer is called.
        provider: its state is taken from a lock, if there is one.

    Raises:
        CheckError: there is no such folder, no Python file in it, or a file can't be read.
    """
    if not folder.is_dir():
        raise failed(f"there is no folder {redact(str(folder))}", "check --consumer-path")
    if next(folder.rglob("*.py"), None) is None:
        raise failed(
            f"{redact(str(folder))} holds no Python file",
            "give --consumer-path the folder that the code is started or imported from",
        )
    requires, where = _requires(folder, canonicalize_name(provider.name))
    notes = (f"it is no package: its files were read and imported from {redact(str(folder))}",)
    told = (
        f"what it requires is taken from {', '.join(where)}"
        if where
        else (
            "no requirements file, lock or project file was found around it; name what it needs "
            "with --with"
        )
    )
    return Pin(
        name=package.name,
        kind="path",
        requested=None,
        requirement=str(folder),
        source=redact(str(folder)),
        sha256=content_hash(folder),
        path=folder,
        notes=(*notes, told),
        requires=requires,
    )


def loose_requirements(folder: Path) -> tuple[str, ...]:
    """What the code in a folder requires that is no package, as PEP 508 texts.

    Raises:
        CheckError: a file that tells it can't be read.
    """
    return _requires(folder, "")[0]


def _requires(folder: Path, provider: str) -> tuple[tuple[str, ...], list[str]]:
    for level in _levels(folder):
        lines, where = _required_here(level)
        locked, lock = _locked(level, provider)
        if lines and locked:
            own = (line for line in lines if canonicalize_name(Requirement(line).name) != provider)
            return (*own, locked), [where, lock]
        if lines or locked:
            return (*lines, *filter(None, (locked,))), [where or lock]
    return (), []


def _levels(folder: Path) -> Iterator[Path]:
    top = repository_top(folder)
    for level in (folder, *folder.parents):
        yield level
        if level == top or (top is None and level != folder):
            return


def _required_here(level: Path) -> tuple[tuple[str, ...], str]:
    """The requirements that a folder's files list, and the name of the file."""
    project = read_project(level)
    if project is not None and project.requires:
        name = "pyproject.toml" if (level / "pyproject.toml").exists() else "setup files"
        return tuple(project.sources.get(_name(one), one) for one in project.requires), name
    for name in _LISTS:
        if (level / name).is_file():
            return tuple(dict.fromkeys(_listed(level / name, set()))), name
    if (level / "Pipfile.lock").is_file():
        return tuple(_pipfile(level / "Pipfile.lock")), "Pipfile.lock"
    return (), ""


def _name(line: str) -> str:
    try:
        return canonicalize_name(Requirement(line).name)
    except InvalidRequirement:
        return ""


def _listed(file: Path, seen: set[Path]) -> Iterator[str]:
    """The requirements of a requirements file and of those it names (pip's format)."""
    if file in seen or not file.is_file():
        return
    seen.add(file)
    text = _read(file).replace("\\\n", " ")
    for line in text.splitlines():
        line = line.partition(" #")[0].partition(" --hash")[0].strip()
        option = next((one for one in _FOLLOWED if line.startswith(one)), None)
        if option is not None:
            yield from _listed((file.parent / line.removeprefix(option).strip()).resolve(), seen)
            continue
        option = next((one for one in _EDITABLE if line.startswith(one)), "")
        line = line.removeprefix(option).strip()
        if not line or line.startswith(("#", "-")):
            continue
        found = _as_requirement(line, file.parent)
        if found is not None:
            yield found


def _as_requirement(line: str, base: Path) -> str | None:
    """A line as PEP 508 text; None for what names no package."""
    if _name(line):
        return line
    url, _, fragment = line.partition("#")
    parts = dict(part.partition("=")[::2] for part in fragment.split("&"))
    if "://" in url and parts.get("egg"):
        below = parts.get("subdirectory")
        return f"{parts['egg']} @ {url}" + (f"#subdirectory={below}" if below else "")
    folder = (base / url.partition("[")[0]).resolve()
    project = read_project(folder) if folder.is_dir() else None
    return (
        None if project is None or project.name is None else f"{project.name} @ {folder.as_uri()}"
    )


def _pipfile(file: Path) -> Iterator[str]:
    packages = _document(file).get("default")
    for name, entry in packages.items() if isinstance(packages, dict) else ():
        if not isinstance(entry, dict):
            continue
        if isinstance(entry.get("git"), str):
            yield f"{name} @ git+{entry['git'].removeprefix('git+')}@{entry.get('ref') or ''}"
        else:
            yield f"{name}{entry.get('version') or ''}"


def _locked(level: Path, provider: str) -> tuple[str | None, str]:
    """The state of the provider that a lock file names, as a requirement."""
    for name in _LOCKS:
        document = _document(level / name) if (level / name).is_file() else {}
        packages = document.get("package") or document.get("packages")
        for entry in packages if isinstance(packages, list) else ():
            if isinstance(entry, dict) and canonicalize_name(str(entry.get("name"))) == provider:
                found = _of_lock(entry, provider, level)
                if found is not None:
                    return found, name
    return None, ""


def _of_lock(entry: dict[str, Any], provider: str, level: Path) -> str | None:
    source = entry.get("source")
    source = source if isinstance(source, dict) else {}
    for key in ("directory", "editable", "virtual"):
        if isinstance(source.get(key), str):
            return f"{provider} @ {(level / source[key]).resolve().as_uri()}"
    if isinstance(source.get("git"), str):  # uv: URL?tag=v1#commit
        url, _, commit = source["git"].partition("#")
        return f"{provider} @ git+{url.partition('?')[0].removeprefix('git+')}@{commit}"
    if source.get("type") == "git":  # Poetry
        commit = source.get("resolved_reference") or source.get("reference")
        return f"{provider} @ git+{source.get('url')}@{commit}"
    if source.get("type") == "directory":
        return f"{provider} @ {(level / str(source.get('url'))).resolve().as_uri()}"
    version = entry.get("version")
    return f"{provider}=={version}" if isinstance(version, str) else None


def _document(file: Path) -> dict[str, Any]:
    try:
        text = _read(file)
        found = json_of(text) if file.name == "Pipfile.lock" else toml_of(text)
    except ValueError as error:
        raise _unreadable(file, error) from error
    return found if isinstance(found, dict) else {}


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except (OSError, ValueError) as error:
        raise _unreadable(file, error) from error


def _unreadable(file: Path, error: Exception) -> CheckError:
    return failed(f"{redact(str(file))} can't be read: {error}", "put the file right first")
