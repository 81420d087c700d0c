"""Projects, read without running anything: their name, what they require, and from where.

Read are pyproject.toml (PEP 621, Poetry's table, uv's sources and workspaces, Hatch's context
fields), setup.cfg and the literals of setup.py. What a build would compute stays unknown here.
"""

from __future__ import annotations

import ast
import configparser
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from contract_check.refs.failures import as_version, failed
from contract_check.support.documents import toml_of
from contract_check.support.redact import redact

_FILES = ("pyproject.toml", "setup.cfg", "setup.py")
_PARTS = {"^": 1, "~": 2}


@dataclass(frozen=True)
class Project:
    """What a project's files say of it.

    Args:
        name: normalized, or None where none is stated or it is computed.
        requires: what it needs at run time, as PEP 508 texts.
        sources: normalized name to a PEP 508 text with the URL that the project takes it from.
    """

    folder: Path
    name: str | None = None
    requires: tuple[str, ...] = ()
    sources: Mapping[str, str] = field(default_factory=dict)

    @property
    def required(self) -> tuple[str, ...]:
        """The normalized names of what it requires, each once."""
        return tuple(dict.fromkeys(filter(None, map(_name_of, self.requires))))

    def requirement(self, name: str) -> str | None:
        """What it requires of a package: where it takes it from, else the first line on it."""
        if name not in self.required:
            return None
        lines = (line for line in self.requires if _name_of(line) == name)
        return self.sources.get(name) or next(lines)


def is_project(folder: Path) -> bool:
    """Whether a folder holds a project that can be built."""
    return any((folder / name).is_file() for name in ("pyproject.toml", "setup.py"))


def read_project(folder: Path) -> Project | None:
    """What the files of a project say, or None where the folder has none of them.

    Raises:
        CheckError: pyproject.toml is there but no TOML.
    """
    if not any((folder / name).is_file() for name in _FILES):
        return None
    document = _toml(folder / "pyproject.toml")
    found = (_pep_621(document), _poetry(document, folder), _cfg(folder), _setup(folder))
    name = next((one.name for one in found if one.name), None)
    requires = tuple(_placed(line, folder) for one in found for line in one.requires)
    sources = {key: text for one in found for key, text in one.sources.items()}
    for line in requires:
        if " @ " in line and (known := _name_of(line)):
            sources.setdefault(known, line)
    sources |= _uv_sources(document, folder)
    return Project(folder, canonicalize_name(name) if name else None, requires, sources)


def local_requirements(folder: Path) -> tuple[str, ...]:
    """Requirements with the place of everything that a project takes from a folder or repository.

    Followed through folders: a member of a workspace may need another.
    """
    found: dict[str, str] = {}
    waiting = [folder]
    seen: set[Path] = set()
    while waiting:
        here = waiting.pop()
        project = None if here in seen else read_project(here)
        seen.add(here)
        if project is None:
            continue
        for name in project.required:
            text = project.sources.get(name)
            if text is not None and found.setdefault(name, text) == text:
                waiting += _folder_of(text)
    return tuple(found.values())


def _folder_of(text: str) -> Iterator[Path]:
    url = text.partition(" @ ")[2]
    if url.startswith("file://"):
        yield Path(url.removeprefix("file://"))


def _toml(path: Path) -> dict[str, Any]:
    try:
        return toml_of(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise failed(
            f"{redact(str(path))} can't be read: {error}", "put the file right first"
        ) from error


def _table(document: Mapping[str, Any], *names: str) -> dict[str, Any]:
    found: Any = document
    for name in names:
        found = found.get(name) if isinstance(found, dict) else None
    return found if isinstance(found, dict) else {}


def _name_of(line: str) -> str | None:
    try:
        return canonicalize_name(Requirement(line).name)
    except InvalidRequirement:
        return None


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value.strip() else None


def _lines(value: object) -> tuple[str, ...]:
    return tuple(filter(None, map(_text, value))) if isinstance(value, list | tuple) else ()


def _placed(line: str, folder: Path) -> str:
    """A requirement with Hatch's context fields filled in."""
    for sign, place in (("{root:uri}", folder), ("{root:parent:uri}", folder.parent)):
        head, found, rest = line.partition(sign)
        if found:
            return f"{head}{Path(f'{place}{rest}').resolve().as_uri()}"
    return line


def _pep_621(document: Mapping[str, Any]) -> Project:
    table = _table(document, "project")
    return Project(Path(), _text(table.get("name")), _lines(table.get("dependencies")))


# --- uv ----------------------------------------------------------------------------------------


def _uv_sources(document: Mapping[str, Any], folder: Path) -> dict[str, str]:
    """The sources of the project, over those of the workspace that it belongs to."""
    workspace, root = _workspace(document, folder)
    found: dict[str, str] = {}
    for table, base in ((workspace, root), (document, folder)):
        for name, source in _table(table, "tool", "uv", "sources").items():
            known = canonicalize_name(name)
            place = _uv_source(source, known, base, workspace, root)
            if place is not None:
                found[known] = f"{known} @ {place}"
    return found


def _uv_source(
    source: object, name: str, base: Path, workspace: Mapping[str, Any], root: Path
) -> str | None:
    if isinstance(source, list):
        source = source[0] if source else None
    if not isinstance(source, dict):
        return None
    if source.get("workspace") is True:
        member = _member(workspace, root, name)
        return None if member is None else member.as_uri()
    return _place_of(source, base)


def _place_of(source: Mapping[str, Any], base: Path) -> str | None:
    """The URL of a `git` or `path` table, as uv and Poetry both write them."""
    path, git = _text(source.get("path")), _text(source.get("git"))
    below = _text(source.get("subdirectory"))
    if path is not None:
        return (base / path).resolve().as_uri()
    if git is None:
        return None
    name = next((source[key] for key in ("tag", "rev", "branch") if _text(source.get(key))), "")
    url = git if "://" in git else _as_url(git, base)
    at = f"@{name}" if name else ""
    return f"git+{url.removeprefix('git+')}{at}" + (f"#subdirectory={below}" if below else "")


def _as_url(text: str, base: Path) -> str:
    """A repository that is written as a folder, or as `user@host:path`."""
    host, colon, path = text.partition(":")
    if colon and "/" not in host:
        return f"ssh://{host}/{path.lstrip('/')}"
    return (base / text).resolve().as_uri()


def _workspace(document: Mapping[str, Any], folder: Path) -> tuple[Mapping[str, Any], Path]:
    """The document of the workspace's root, and its folder; nothing where there is no workspace."""
    if _table(document, "tool", "uv", "workspace"):
        return document, folder
    for parent in folder.absolute().parents:
        above = _toml(parent / "pyproject.toml")
        if _table(above, "tool", "uv", "workspace"):
            return above, parent
        if (parent / ".git").exists():
            break
    return {}, folder


def _member(workspace: Mapping[str, Any], root: Path, name: str) -> Path | None:
    patterns = _lines(_table(workspace, "tool", "uv", "workspace").get("members"))
    folders = (path for pattern in patterns for path in sorted(root.glob(pattern)))
    for path in (root, *folders):
        if canonicalize_name(
            str(_table(_toml(path / "pyproject.toml"), "project").get("name"))
        ) == (name):
            return path.resolve()
    return None


# --- Poetry ------------------------------------------------------------------------------------


def _poetry(document: Mapping[str, Any], folder: Path) -> Project:
    table = _table(document, "tool", "poetry")
    requires: list[str] = []
    sources: dict[str, str] = {}
    for name, wanted in _table(table, "dependencies").items():
        known = canonicalize_name(name)
        if isinstance(wanted, list):
            wanted = wanted[0] if wanted else "*"
        if known == "python" or not isinstance(wanted, str | dict):
            continue
        if isinstance(wanted, dict):
            place = _place_of(wanted, folder)
            if place is not None:
                sources[known] = f"{known} @ {place}"
        stated = wanted if isinstance(wanted, str) else _text(wanted.get("version"))
        requires.append(f"{known}{_poetry_specifier(stated or '*')}")
    return Project(folder, _text(table.get("name")), tuple(requires), sources)


def _poetry_specifier(text: str) -> str:
    return ",".join(filter(None, map(_poetry_clause, text.split(","))))


def _poetry_clause(clause: str) -> str:
    clause = clause.strip()
    sign, version = clause[:1], as_version(clause.lstrip("^~ "))
    if sign in _PARTS and version is not None and not clause.startswith("~="):
        release = [*version.release]
        # A caret leaves the first part that is not zero, a tilde the first two.
        leading = next((n for n, part in enumerate(release) if part), len(release) - 1) + 1
        kept = min(leading if sign == "^" else _PARTS["~"], len(release))
        above = [*release[: kept - 1], release[kept - 1] + 1]
        return f">={version},<{'.'.join(map(str, above))}"
    if clause in ("*", ""):
        return ""
    return clause if clause[0] in "<>=!~" else f"=={clause}"


# --- setuptools --------------------------------------------------------------------------------


def _cfg(folder: Path) -> Project:
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    try:
        parser.read(folder / "setup.cfg", encoding="utf-8")
    except (configparser.Error, UnicodeDecodeError):
        return Project(folder)
    name = parser.get("metadata", "name", fallback="").strip()
    lines = parser.get("options", "install_requires", fallback="").splitlines()
    requires = tuple(line.strip() for line in lines if line.strip())
    # `attr:` and `file:` are computed
    return Project(folder, None if not name or ":" in name else name, requires)


def _setup(folder: Path) -> Project:
    """What the call of `setup` says in literals, or by names that the file gives literals."""
    try:
        tree = ast.parse((folder / "setup.py").read_bytes())
    except (OSError, SyntaxError, ValueError, RecursionError):
        return Project(folder)
    names: dict[str, object] = {}
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            names[node.targets[0].id] = _literal(node.value, names)
    for call in ast.walk(tree):
        if isinstance(call, ast.Call) and ast.unparse(call.func).rpartition(".")[2] == "setup":
            said = {one.arg: _literal(one.value, names) for one in call.keywords if one.arg}
            return Project(folder, _text(said.get("name")), _lines(said.get("install_requires")))
    return Project(folder)


def _literal(node: ast.expr, names: Mapping[str, object]) -> object:
    if isinstance(node, ast.Name):
        return names.get(node.id)
    try:
        return ast.literal_eval(node)
    except (ValueError, TypeError, MemoryError, RecursionError):
        return None
