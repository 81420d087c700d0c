"""Releases through pip, where uv can't run: a dry-run installation's report."""

from __future__ import annotations

import os
import platform
import re
import sys
import tempfile
import venv
from functools import cached_property
from pathlib import Path
from urllib.parse import unquote, urlsplit

from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version
from pydantic import BaseModel, JsonValue, ValidationError

from contract_check.model.errors import CheckError
from contract_check.refs.failures import as_version, failed, nearest
from contract_check.refs.registry import Absent, Answer, NotAsked, Question, Release
from contract_check.support import builds
from contract_check.support.builds import Base, base_executable
from contract_check.support.confinement import installation
from contract_check.support.process import Completed, installer_environment, run
from contract_check.support.redact import redact, tail

_SECONDS = 180.0
_LIST_SECONDS = 20.0
_PYTHON_VERSION = re.compile(r"\d+(\.\d+){0,2}")


class _Archive(BaseModel):
    hashes: dict[str, str] = {}


class _Download(BaseModel):
    url: str
    archive_info: _Archive = _Archive()


class _Metadata(BaseModel):
    name: str
    version: str


class _Item(BaseModel):
    download_info: _Download
    metadata: _Metadata
    is_yanked: bool = False


class _Report(BaseModel):
    install: list[_Item] = []


class PipIndex:
    """pip, asked about one package at a time.

    Args:
        python: a version or an interpreter, or None for the running one.
        exclude_newer: the date for questions that are dated (needs pip 26 or later).
        workspace: a folder of this run, for a pip of its own where the interpreter has none.
        cache_dir: what no build of a package may read.
    """

    def __init__(
        self,
        *,
        python: str | None,
        offline: bool,
        exclude_newer: str | None,
        workspace: Path,
        cache_dir: Path,
    ) -> None:
        named = python is not None and _PYTHON_VERSION.fullmatch(python) is not None
        self._version = python if named else None
        self._interpreter = sys.executable if named or python is None else python
        self._offline = offline
        self._exclude_newer = exclude_newer
        self._workspace = workspace
        self._cache_dir = cache_dir
        self._variables: dict[str, str] = {}

    def find(self, question: Question) -> Answer:
        """See `Index.find`."""
        specifier = question.specifier
        if question.lowest:
            lowest = self._lowest(question)
            if isinstance(lowest, Absent):
                return lowest
            specifier = f"=={lowest}"
        self._workspace.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=self._workspace, prefix="pip-") as folder:
            report = Path(folder) / "report.json"
            done = self._dry_run(question, specifier, Path(folder), report)
            if done.returncode != 0 or not report.is_file():
                return self._why_not(question, done)
            return self._release(question, report.read_text(encoding="utf-8"), done.stderr)

    def _dry_run(self, question: Question, specifier: str, folder: Path, report: Path) -> Completed:
        arguments = ["install", "--dry-run", "--no-deps", "--ignore-installed", "--no-input"]
        # A target of its own: pip looks at no installed package and minds no managed interpreter.
        arguments += ["--target", str(folder / "target"), "--report", str(report), "--quiet"]
        if self._version is not None:
            arguments += ["--python-version", self._version, "--only-binary=:all:"]
        if question.dated and self._exclude_newer is not None:
            arguments += ["--uploaded-prior-to", self._exclude_newer]
        if self._offline:
            arguments += ["--no-index"]
        return self._run(*arguments, "--", f"{question.name}{specifier}", timeout=_SECONDS)

    def _release(self, question: Question, text: str, said: str) -> Release:
        try:
            report = _Report.model_validate_json(text)
        except ValidationError as error:
            raise failed(
                "pip answered what this tool does not understand", "update pip", tail(text)
            ) from error
        items = [i for i in report.install if canonicalize_name(i.metadata.name) == question.name]
        if len(items) != 1:
            raise failed(
                f"pip names {len(items)} released versions of {question.name} instead of one",
                "see that pip's own configuration gives it no other source",
            )
        item = items[0]
        yanked = f"{question.name} {item.metadata.version} was withdrawn (yanked)"
        return Release(
            version=item.metadata.version,
            sha256=item.download_info.archive_info.hashes.get("sha256"),
            source=self._source(item.download_info.url),
            notes=(f"{yanked} by its maintainers",) if item.is_yanked or "yanked" in said else (),
        )

    def _source(self, url: str) -> str:
        if not re.search(r"\.(?:extra-)?(?:index-url|find-links|no-index)=", self._configuration):
            return "PyPI"
        parts = urlsplit(url)
        return parts.hostname or redact(str(Path(unquote(parts.path)).parent))

    @cached_property
    def _configuration(self) -> str:
        return self._run("config", "list", timeout=_LIST_SECONDS).stdout

    def _lowest(self, question: Question) -> str | Absent:
        fitting = list(SpecifierSet(question.specifier).filter(self._versions(question.name)))
        if not fitting:
            return Absent("version", f"pip knows no version that fits {question.specifier}")
        return min(fitting, key=Version)

    def _versions(self, name: str) -> list[str]:
        """Every version pip would consider; none where it can't say."""
        python = ["--python-version", self._version] if self._version else []
        # `--pre`: the caller's specifier decides on pre-releases, with packaging's rules.
        done = self._run("index", "versions", "--pre", *python, "--", name, timeout=_LIST_SECONDS)
        match = re.search(r"^Available versions: (.+)$", done.stdout, re.MULTILINE)
        return [v.strip() for v in match[1].split(",") if as_version(v.strip())] if match else []

    def neighbours(self, name: str, version: Version) -> tuple[str, ...]:
        """See `Index.neighbours`."""
        try:
            return nearest(str(version), self._versions(name))
        except CheckError:
            return ()  # only a hint: the error it belongs to stands without it

    def fingerprint(self) -> JsonValue:
        """See `Index.fingerprint`. It is only ever hashed, so credentials in it are not kept."""
        return [
            "pip",
            self._version or self._interpreter,
            sys.version,
            self._exclude_newer,
            {name: os.environ[name] for name in sorted(os.environ) if name.startswith("PIP_")},
            [path.read_text(errors="replace") for path in _configuration_files()],
        ]

    @cached_property
    def _pip(self) -> list[str]:
        """A pip whose builds are confined: it builds where only an sdist can tell."""
        python = self._with_pip
        version = platform.python_version()
        base = Base(Path(base_executable()), Path(sys.base_prefix), version)
        if not builds.are_possible(base):
            return [python, "-I", "-m", "pip"]
        folder = self._workspace / "builder"
        folder.mkdir()
        builds.furnish(base, folder)
        self._variables = builds.variables(
            self._workspace / "builds.json",
            base,
            folder=folder,
            readable=tuple(installation(Path(python))),
            handed={},
            hidden=(self._cache_dir,),
            network=False,
            seconds=_SECONDS,
        )
        return builds.pip_command(Path(python), folder)

    @cached_property
    def _with_pip(self) -> str:
        """The interpreter if it has pip, else that of an environment made for it."""
        # -I: a stray folder called pip in the current folder must not be run instead.
        command = [self._interpreter, "-I", "-m", "pip"]
        if self._start([*command, "--version"], _LIST_SECONDS).returncode == 0:
            return self._interpreter
        folder = self._workspace / "pip"
        try:
            venv.EnvBuilder(with_pip=True, symlinks=os.name != "nt").create(folder)
        except (OSError, ValueError, RuntimeError) as error:
            raise _no_pip(self._interpreter) from error
        program = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
        return str(program)

    def _run(self, *arguments: str, timeout: float) -> Completed:
        options = ["--disable-pip-version-check", "--no-color"]
        return self._start([*self._pip, *arguments[:1], *options, *arguments[1:]], timeout)

    def _start(self, command: list[str], timeout: float) -> Completed:
        try:
            env = installer_environment(self._variables)
            return run(command, env=env, timeout=timeout)
        except OSError as error:
            raise _no_pip(command[0]) from error

    def _why_not(self, question: Question, done: Completed) -> Absent | NotAsked:
        """Read pip's refusal: only its words tell why.

        Raises:
            CheckError: it was no answer about the package.
        """
        said, detail = done.stderr, tail(done.stderr)
        network = ("NewConnectionError", "ConnectTimeout", "ProxyError", "SSLError", "Retrying (")
        if done.timed_out or any(word in said for word in network):
            raise failed(
                "the package registry can't be reached",
                "check the network, the proxy and the index settings of pip",
                detail,
            )
        if "no such option: --uploaded-prior-to" in said:
            raise failed(
                "this pip can't leave out what was uploaded after a date",
                "use --installer uv, a newer pip, or no --exclude-newer",
            )
        if "upload-time" in said:
            raise failed(
                f"the index of {question.name} does not say when its files were uploaded "
                "(PEP 700), and --exclude-newer asks for that",
                f"name a version of {question.name} instead of the newest, or leave "
                "--exclude-newer out",
                detail,
            )
        if "requires a different Python:" in said:  # of a file it could look into
            return Absent("python", detail)
        if "No matching distribution found" not in said:
            raise failed(f"pip could not look up {question.name}", "see what it said", detail)
        if self._offline:
            return NotAsked(detail)
        if "require a different python version" in said and _names(said, question):
            return Absent("python", detail)
        return Absent("package" if "from versions: none" in said else "version", detail)


def _configuration_files() -> list[Path]:
    """The files pip reads its settings from, but for those of an environment."""
    home = Path.home()
    places = [
        Path(os.environ.get("PIP_CONFIG_FILE") or os.devnull),
        Path(os.environ.get("XDG_CONFIG_HOME") or home / ".config") / "pip/pip.conf",
        *(home / ".pip/pip.conf", Path("/etc/pip.conf"), Path("/etc/xdg/pip/pip.conf")),
        *(home / "Library/Application Support/pip/pip.conf", home / "AppData/Roaming/pip/pip.ini"),
    ]
    return [path for path in places if path.is_file() and os.access(path, os.R_OK)]


def _names(said: str, question: Question) -> bool:
    """Whether the wanted version is among those pip ignored for their Python."""
    ignored = re.search(r"different python version: (.+)", said)
    wanted = question.specifier.removeprefix("==")
    return ignored is not None and re.search(rf"\b{re.escape(wanted)} ", ignored[1]) is not None


def _no_pip(interpreter: str) -> CheckError:
    return failed(
        f"{redact(interpreter)} has no pip, and none could be made for it",
        "install pip there, or use --installer uv",
    )
