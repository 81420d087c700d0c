"""pip as the installer, for where uv can't run."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from pydantic import BaseModel, Field, JsonValue

from contract_check.environments.building import Builds
from contract_check.environments.crew import Crew, environment
from contract_check.environments.interface import (
    InstallerFailed,
    Interpreter,
    Locked,
    Wish,
    literal,
)
from contract_check.environments.layers import Store
from contract_check.environments.sources import for_any_pip
from contract_check.environments.uv import settings_hash
from contract_check.support.cache import key_of


class _Download(BaseModel):
    url: str
    archive_info: dict[str, JsonValue] | None = None
    vcs_info: dict[str, JsonValue] | None = None
    subdirectory: str | None = None


class _Metadata(BaseModel):
    name: str
    version: str


class _Item(BaseModel):
    download_info: _Download
    metadata: _Metadata


class _Report(BaseModel):
    """The part of pip's installation report (version 1) that matters here."""

    install: list[_Item] = Field(default_factory=list)


class Pip:
    """Resolves and installs with pip.

    pip can't override a requirement, so the consumer's own are given to it one by one, without
    the one on the provider.

    Args:
        crew: runs it.
        store: where an environment that holds pip is kept.
        builds: confines what pip builds.
        offline: no network: only pip's own cache and what its settings find locally.
    """

    name = "pip"

    def __init__(self, crew: Crew, store: Store, builds: Builds, *, offline: bool) -> None:
        self._crew = crew
        self._store = store
        self._builds = builds
        self._offline = ["--no-index"] if offline else []

    def find_python(self, request: str) -> Path:
        for name in (f"python{request}", f"python{request.split('.')[0]}"):
            found = shutil.which(name)
            if found and self._answers(Path(found), request):
                return Path(found)
        raise InstallerFailed(f"python{request} is not on the path")

    def _answers(self, python: Path, request: str) -> bool:
        said = self._crew.try_run(
            [python, "-I", "-c", "import platform as p;print(p.python_version())"]
        ).stdout.strip()
        return said == request or said.startswith(f"{request}.")

    def make_environment(self, python: Interpreter, folder: Path) -> None:
        self._crew.run([python.path, "-I", "-m", "venv", "--without-pip", folder])

    def resolve(self, python: Interpreter, wish: Wish) -> tuple[Locked, ...]:
        report = wish.folder / "report.json"
        wanted = wish.folder / "requirements.txt"
        placed = {Requirement(line).name for line in wish.local}
        own = (line for line in wish.consumer_requires if Requirement(line).name not in placed)
        listed = [wish.provider, *own, *wish.further, *wish.local]
        wanted.write_text(_lines(listed), encoding="utf-8")
        preferred = wish.folder / "preferred.txt"
        preferred.write_text(
            "\n".join(f"{one.name}=={one.version}" for one in wish.prefer), encoding="utf-8"
        )
        dated = ["--uploaded-prior-to", wish.exclude_newer] if wish.exclude_newer else []
        command: list[str | Path] = ["--dry-run", "--report", report]
        command += ["--ignore-installed", *dated, "-r", wanted]
        if wish.prefer:
            try:
                self._pip(python, "install", *command, "-c", preferred)
                return _read_report(report)
            except InstallerFailed:
                # Not all of the preferred versions fit: pip has no weaker way to ask for them.
                report.unlink(missing_ok=True)
        self._pip(python, "install", *command)
        return _read_report(report)

    def install(
        self,
        python: Interpreter,
        target: Path,
        locked: Sequence[Locked],
        requirements: Sequence[str],
    ) -> None:
        listed = target.parent / f"{target.name}.txt"
        lines = [*(str(one.source) for one in locked), *requirements]
        listed.write_text(_lines(lines), encoding="utf-8")
        self._pip(
            *(python, "install", "--no-deps", "--no-compile", "--target", target, "-r", listed)
        )
        listed.unlink()

    def build_wheel(self, python: Interpreter, folder: Path, out: Path) -> None:
        command: list[str | Path] = ["--no-deps", "--wheel-dir", out, folder]
        self._pip(python, "wheel", *command, project=folder, out=out)

    def settings_identity(self) -> str:
        known = environment()
        user = Path(known.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "pip" / "pip.conf"
        named = [Path(known["PIP_CONFIG_FILE"])] if "PIP_CONFIG_FILE" in known else []
        files = [*named, user, Path.home() / ".pip" / "pip.conf", Path("/etc/pip.conf")]
        return settings_hash("PIP_", files)

    def _pip(
        self,
        python: Interpreter,
        command: str,
        *arguments: str | os.PathLike[str],
        project: Path | None = None,
        out: Path | None = None,
    ) -> str:
        options = ["--quiet", "--no-input", "--disable-pip-version-check", *self._offline]
        return self._crew.run(
            [*self._builds.pip(self._with_pip(python), python), command, *options, *arguments],
            variables=self._builds.variables(python, project, out),
        )

    def _with_pip(self, python: Interpreter) -> Path:
        """An interpreter that has pip: an environment made once, else the interpreter itself."""

        def make(layer: Path) -> None:
            self._crew.run([python.path, "-I", "-m", "venv", layer / "site"])

        try:
            site = self._store.get(key_of(str(python.path), python.version), make)
            return site / "bin" / "python"
        except InstallerFailed as error:
            has_pip = self._crew.try_run([python.path, "-I", "-m", "pip", "--version"])
            if has_pip.returncode == 0:
                return python.path
            raise InstallerFailed(
                f"{python.path} has neither pip nor ensurepip.\n{error.output}"
            ) from error


def _lines(requirements: Sequence[str]) -> str:
    return "".join(f"{literal(for_any_pip(one))}\n" for one in requirements)


def _read_report(path: Path) -> tuple[Locked, ...]:
    report = _Report.model_validate_json(path.read_bytes())
    return tuple(
        Locked(canonicalize_name(item.metadata.name), item.metadata.version, _line(item))
        for item in report.install
    )


def _line(item: _Item) -> str:
    """The requirement line that installs exactly this."""
    name, info = item.metadata.name, item.download_info
    below = f"#subdirectory={info.subdirectory}" if info.subdirectory else ""
    if info.vcs_info is not None:
        return f"{name} @ {info.vcs_info['vcs']}+{info.url}@{info.vcs_info['commit_id']}{below}"
    hashes = (info.archive_info or {}).get("hashes")
    if isinstance(hashes, dict) and "sha256" in hashes and not below:
        return f"{name} @ {info.url}#sha256={hashes['sha256']}"
    return f"{name} @ {info.url}{below}"
