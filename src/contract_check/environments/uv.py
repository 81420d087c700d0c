"""uv as the installer."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from packaging.utils import canonicalize_name
from pydantic import JsonValue, TypeAdapter

from contract_check.environments.building import Builds
from contract_check.environments.crew import Crew, environment
from contract_check.environments.interface import (
    InstallerFailed,
    Interpreter,
    Locked,
    Wish,
    literal,
)
from contract_check.support.documents import toml_of

_TABLES: TypeAdapter[list[dict[str, JsonValue]]] = TypeAdapter(list[dict[str, JsonValue]])


def find_uv() -> Path | None:
    """The uv program: the one this tool was installed with, else the one on the path."""
    try:
        from uv import find_uv_bin

        return Path(find_uv_bin())
    except (ImportError, OSError):
        found = shutil.which("uv")
        return Path(found) if found else None


class Uv:
    """Resolves and installs with uv.

    uv runs in the user's current folder, so that it finds the configuration it would find there.

    Args:
        program: uv.
        crew: runs it.
        offline: no network.
        refresh: ask the indexes again.
        builds: confines what uv builds.
    """

    name = "uv"

    def __init__(
        self, program: Path, crew: Crew, builds: Builds, *, offline: bool, refresh: bool
    ) -> None:
        self._program = program
        self._crew = crew
        self._builds = builds
        self._general = ["--offline"] if offline else []
        self._refresh = ["--refresh"] if refresh and not offline else []

    def find_python(self, request: str) -> Path:
        try:
            found = self._uv("python", "find", "--no-project", request)
        except InstallerFailed:
            self._uv("python", "install", request)
            found = self._uv("python", "find", "--no-project", "--managed-python", request)
        return Path(found.strip())

    def make_environment(self, python: Interpreter, folder: Path) -> None:
        self._uv("venv", "--no-project", "--python", python.path, folder)

    def resolve(self, python: Interpreter, wish: Wish) -> tuple[Locked, ...]:
        wanted = wish.folder / "requirements.in"
        # The provider is named too: a consumer may ask for it in an extra only.
        provider = canonicalize_name(wish.exempt[0])
        lines = [literal(wish.consumer), provider, *map(literal, wish.further), ""]
        wanted.write_text("\n".join(lines), encoding="utf-8")
        override = wish.folder / "override.txt"
        override.write_text(
            "\n".join([*map(literal, (wish.provider, *wish.local)), ""]), encoding="utf-8"
        )
        lock = wish.folder / "pylock.resolution.toml"
        if wish.prefer:
            # What uv finds in its output file it stays with where it can.
            _write_lock(lock, wish.prefer)
        command: list[str | Path] = ["pip", "compile", "--no-header", "--no-annotate"]
        command += ["--python", self._builds.for_uv(python), "--override", override]
        command += ["--output-file", lock]
        given = self._builds.variables(python)
        try:
            self._uv(*command, *self._refresh, *_dates(wish), wanted, variables=given)
        except InstallerFailed as error:
            raise InstallerFailed(error.output + _own_rules(provider)) from error
        return _read_lock(lock)

    def install(
        self,
        python: Interpreter,
        target: Path,
        locked: Sequence[Locked],
        requirements: Sequence[str],
    ) -> None:
        folder = target.parent
        given = self._builds.variables(python)
        command: list[str | Path] = ["pip", "install", "--no-deps", "--target", target]
        command += ["--python", self._builds.for_uv(python)]
        if locked:
            lock = folder / f"pylock.{target.name}.toml"
            _write_lock(lock, locked)
            self._uv(*command, "-r", lock, variables=given)
            lock.unlink()
        if requirements:
            listed = folder / f"{target.name}.txt"
            listed.write_text("\n".join([*map(literal, requirements), ""]), encoding="utf-8")
            self._uv(*command, "-r", listed, variables=given)
            listed.unlink()

    def build_wheel(self, python: Interpreter, folder: Path, out: Path) -> None:
        # Not quiet: that would keep back what the build backend says when it fails.
        command: list[str | Path] = [self._program, *self._general, "build", "--wheel"]
        command += ["--python", self._builds.for_uv(python), "--out-dir", out, folder]
        self._crew.run(command, variables=self._builds.variables(python, folder, out))

    def settings_identity(self) -> str:
        return settings_hash("UV_", _configuration_files())

    def _uv(
        self, *arguments: str | os.PathLike[str], variables: Mapping[str, str] | None = None
    ) -> str:
        command = [self._program, "--quiet", *self._general, *arguments]
        return self._crew.run(command, variables=variables)


def _dates(wish: Wish) -> list[str]:
    if wish.exclude_newer is None:
        return []
    exempt = [f"--exclude-newer-package={name}=false" for name in wish.exempt]
    return [f"--exclude-newer={wish.exclude_newer}", *exempt]


def settings_hash(prefix: str, files: Sequence[Path]) -> str:
    """Hash an installer's variables and configuration files."""
    digest = hashlib.sha256()
    for name, value in sorted(environment().items()):
        if name.startswith(prefix):
            digest.update(f"{name}={value}\0".encode())
    for file in files:
        if file.is_file():
            digest.update(str(file).encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()


def _configuration_files() -> list[Path]:
    known = environment()
    user = Path(known.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "uv" / "uv.toml"
    named = [Path(known["UV_CONFIG_FILE"])] if "UV_CONFIG_FILE" in known else []
    here = Path.cwd()
    project = [level / name for level in (here, *here.parents) for name in ("uv.toml",)]
    return [*named, user, Path("/etc/uv/uv.toml"), *project, *_project_file(here)]


def _project_file(here: Path) -> list[Path]:
    """The pyproject.toml whose [tool.uv] counts, if one has it."""
    for level in (here, *here.parents):
        file = level / "pyproject.toml"
        if file.is_file():
            return [file] if b"[tool.uv" in file.read_bytes() else []
    return []


def _own_rules(provider: str) -> str:
    """A line that says so where the project the user stands in overrides the provider itself."""
    for file in _project_file(Path.cwd()):
        with suppress(ValueError, KeyError, TypeError):
            rules = toml_of(file.read_text(encoding="utf-8"))["tool"]["uv"]
            for key in ("override-dependencies", "constraint-dependencies"):
                if any(provider in canonicalize_name(str(line)) for line in rules.get(key, ())):
                    return f"\nhint: {key} of {file} names {provider}: run from another folder."
    return ""


def _read_lock(lock: Path) -> tuple[Locked, ...]:
    document = toml_of(lock.read_text(encoding="utf-8"))
    tables = _TABLES.validate_python(_portable(document.get("packages", []), lock.parent))
    return tuple(
        Locked(
            canonicalize_name(str(table["name"])),
            str(table.get("version", "")),
            {key: value for key, value in table.items() if key != "marker"},
        )
        for table in tables
    )


def _portable(value: object, folder: Path) -> object:
    """Paths made absolute, as the file moves; dates left out, as nothing here needs them."""
    if isinstance(value, Mapping):
        return {
            key: str(folder / item) if key == "path" else _portable(item, folder)
            for key, item in value.items()
            if key != "upload-time"
        }
    if isinstance(value, list):
        return [_portable(item, folder) for item in value]
    return value


def _write_lock(lock: Path, locked: Sequence[Locked]) -> None:
    lines = ['lock-version = "1.0"', 'created-by = "contract-check"']
    for package in locked:
        assert isinstance(package.source, dict)
        lines.append("[[packages]]")
        lines += [f"{key} = {_toml(value)}" for key, value in package.source.items()]
    lock.write_text("\n".join([*lines, ""]), encoding="utf-8")


def _toml(value: JsonValue) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(k)} = {_toml(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml, value)) + "]"
    return json.dumps(value)
