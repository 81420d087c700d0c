"""Releases through uv: `uv pip compile` of one requirement, answered as a pylock (PEP 751)."""

from __future__ import annotations

import hashlib
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import uv
from packaging.utils import canonicalize_name
from packaging.version import Version
from pydantic import BaseModel, JsonValue, ValidationError

from contract_check.model.errors import CheckError
from contract_check.refs.failures import failed
from contract_check.refs.registry import Absent, Answer, NotAsked, Question, Release
from contract_check.support.documents import toml_of
from contract_check.support.process import Completed, installer_environment, run
from contract_check.support.redact import redact, tail

_SECONDS = 120.0
_PYTHON_VERSION = re.compile(r"\d+(\.\d+){0,2}")
_INDEX_VARIABLES = (
    *("UV_DEFAULT_INDEX", "UV_INDEX", "UV_INDEX_URL", "UV_EXTRA_INDEX_URL"),
    "UV_FIND_LINKS",
)
_INDEX_KEYS = frozenset({"index", "index-url", "extra-index-url", "find-links", "no-index"})
_DROPPED = frozenset(
    # Settings for whole resolutions, which would change the answer about one package.
    ("UV_CONSTRAINT", "UV_OVERRIDE", "UV_EXCLUDE", "UV_RESOLUTION")
)
_NEIGHBOURS_BELOW, _NEIGHBOURS_ABOVE = 3, 2


def find_uv() -> str | None:
    """The uv program that came with this tool, or None where it has none for this machine."""
    try:
        program = uv.find_uv_bin()
    except FileNotFoundError:
        return None
    return program if os.access(program, os.X_OK) else None


class _File(BaseModel):
    url: str | None = None
    path: str | None = None
    hashes: dict[str, str] = {}


class _Entry(BaseModel):
    name: str
    version: str | None = None
    sdist: _File | None = None
    wheels: list[_File] = []


class _Lock(BaseModel):
    packages: list[_Entry] = []


class UvIndex:
    """uv, asked about one package at a time.

    Args:
        program: the uv to run.
        python: a version or an interpreter, or None for the running one.
        exclude_newer: the date for questions that are dated.
        cwd: uv's configuration is looked for there and above, as uv itself does.
    """

    def __init__(
        self,
        program: str,
        *,
        python: str | None,
        offline: bool,
        refresh: bool,
        exclude_newer: str | None,
        cwd: Path,
    ) -> None:
        self._program = program
        self._python = python
        self._offline = offline
        self._refresh = refresh
        self._exclude_newer = exclude_newer
        self._cwd = cwd

    def find(self, question: Question) -> Answer:
        """See `Index.find`."""
        done = self._compile(question)
        if done.timed_out:
            raise _unreachable(done)
        if done.returncode != 0:
            return _why_not(question, done)
        return self._release(question, done)

    def _compile(self, question: Question) -> Completed:
        env = {k: v for k, v in installer_environment().items() if k not in _DROPPED}
        try:
            return run(
                [self._program, *self._arguments(question)],
                env=env,
                cwd=self._cwd,
                stdin=f"{question.name}{question.specifier}\n",
                timeout=_SECONDS,
            )
        except OSError as error:
            raise failed(f"uv can't be run: {error.strerror}", "use --installer pip") from error

    def _arguments(self, question: Question) -> Iterator[str]:
        yield from ("pip", "compile", "--no-deps", "--no-header", "--format", "pylock.toml")
        yield from ("--color", "never", "--no-progress", "--no-python-downloads")
        yield from ("--resolution", "lowest" if question.lowest else "highest")
        if self._python is not None and _PYTHON_VERSION.fullmatch(self._python):
            yield from ("--python", sys.executable, "--python-version", self._python)
        else:
            yield from ("--python", self._python or sys.executable)
        if not question.dated:
            # Not a late date: an index without upload times would have nothing to offer then.
            yield from ("--exclude-newer-package", f"{question.name}=false")
        elif self._exclude_newer is not None:
            yield from ("--exclude-newer", self._exclude_newer)
        if self._offline:
            yield "--offline"
        elif self._refresh:
            yield from ("--refresh-package", question.name)
        yield "-"

    def _release(self, question: Question, done: Completed) -> Release:
        try:
            lock = _Lock.model_validate(toml_of(done.stdout))
        except (ValueError, ValidationError) as error:
            raise failed(
                "uv answered what this tool does not understand",
                "update uv, or use --installer pip",
                tail(done.stdout),
            ) from error
        entries = [e for e in lock.packages if canonicalize_name(e.name) == question.name]
        if len(entries) != 1 or entries[0].version is None:
            raise failed(
                f"uv names {len(entries)} released versions of {question.name} instead of one",
                "see that uv's own configuration gives it no other source",
                tail(done.stdout),
            )
        return self._of_entry(entries[0], entries[0].version, done.stderr)

    def _of_entry(self, entry: _Entry, version: str, said: str) -> Release:
        files = [*entry.wheels, *([entry.sdist] if entry.sdist else [])]
        hashes = [file.hashes["sha256"] for file in files if "sha256" in file.hashes]
        notes = [
            f"{entry.name} {version} was withdrawn (yanked) by its maintainers"
            for line in said.splitlines()
            if "yanked" in line
        ]
        return Release(
            version=version,
            sha256=hashes[0] if hashes else None,
            source=self._source(files[0]) if files else "PyPI",
            notes=tuple(notes[:1]),
        )

    def _source(self, file: _File) -> str:
        """`PyPI`, unless another index is configured: then where the file itself lies."""
        if not self._index_configured():
            return "PyPI"
        parts = urlsplit(file.url or "")
        if parts.hostname:
            return parts.hostname
        return redact(str(Path(file.path or parts.path or "index").parent))

    def _index_configured(self) -> bool:
        if any(os.environ.get(name) for name in _INDEX_VARIABLES):
            return True
        return any(_names_an_index(path) for path in self._configuration())

    def _configuration(self) -> list[Path]:
        """The files uv would read its settings from, for this folder."""
        if os.environ.get("UV_NO_CONFIG"):
            return []
        if given := os.environ.get("UV_CONFIG_FILE"):
            return [Path(given)]
        folder = self._cwd.absolute()
        near = [
            place / name
            for place in (folder, *folder.parents)
            for name in ("uv.toml", "pyproject.toml")
        ]
        home = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")
        return [p for p in (*near, home / "uv/uv.toml", Path("/etc/uv/uv.toml")) if p.is_file()]

    def neighbours(self, name: str, version: Version) -> tuple[str, ...]:
        """See `Index.neighbours`: uv lists no versions, but knows the next one below or above."""
        below = self._walk(name, str(version), "<", count=_NEIGHBOURS_BELOW)
        above = self._walk(name, str(version), ">", count=_NEIGHBOURS_ABOVE)
        mixed = [v for pair in zip(below, above, strict=False) for v in pair]
        return tuple(dict.fromkeys([*mixed, *below, *above]))

    def _walk(self, name: str, version: str, operator: str, *, count: int) -> list[str]:
        found: list[str] = []
        while len(found) < count:
            specifier = f"{operator}{(found or [version])[-1].partition('+')[0]}"
            try:
                answer = self.find(Question(name, specifier, lowest=operator == ">"))
            except CheckError:
                break  # only a hint: the error it belongs to stands without it
            if not isinstance(answer, Release) or answer.version in found:
                break
            found.append(answer.version)
        return found

    def fingerprint(self) -> JsonValue:
        """See `Index.fingerprint`. It is only ever hashed, so credentials in it are not kept."""
        variables = {
            name: os.environ[name]
            for name in sorted(os.environ)
            if name.startswith("UV_") and name not in _DROPPED
        }
        return [
            "uv",
            self._python or sys.version,
            self._exclude_newer,
            dict(variables),
            [[str(path), _digest(path)] for path in self._configuration()],
        ]


def _digest(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""


def _names_an_index(path: Path) -> bool:
    try:
        document = toml_of(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    settings: object = document
    if path.name == "pyproject.toml":
        tool = document.get("tool")
        settings = tool.get("uv") if isinstance(tool, dict) else None
    if not isinstance(settings, dict):
        return False
    pip = settings.get("pip")
    return bool(
        _INDEX_KEYS & settings.keys() or (isinstance(pip, dict) and _INDEX_KEYS & pip.keys())
    )


def _why_not(question: Question, done: Completed) -> Absent | NotAsked:
    """Read uv's refusal: it has one exit status for everything, only its words tell.

    Raises:
        CheckError: it was no answer about the package.
    """
    said = " ".join(done.stderr.split())
    detail = tail(done.stderr)
    if "network was disabled" in said or "not found in the cache" in said:
        return NotAsked(detail)
    if "could not be queried" in said:
        raise failed(
            "the package index refused the request",
            "check the credentials and the index settings of uv",
            detail,
        )
    if "No solution found" not in said:
        raise _unreachable(done) if _is_network(said) else _puzzling(question, detail)
    if "missing an upload date" in said:
        raise failed(
            f"the index of {question.name} does not say when its files were uploaded (PEP 700), "
            "and --exclude-newer asks for that",
            f"name a version of {question.name} instead of the newest, or leave --exclude-newer "
            "out",
            detail,
        )
    if re.search(r"was not found in the (package registry|provided package locations)", said):
        return Absent("package", detail)
    if "Python version" in said and "does not satisfy" in said:
        return Absent("python", detail)
    return Absent("version", detail)


def _is_network(said: str) -> bool:
    words = ("Failed to fetch", "Request failed", "error sending request", "Could not connect")
    return any(word in said for word in words)


def _unreachable(done: Completed) -> CheckError:
    return failed(
        "the package registry can't be reached",
        "check the network, the proxy and the index settings; --offline uses what is cached",
        tail(done.stderr),
    )


def _puzzling(question: Question, detail: str) -> CheckError:
    return failed(
        f"uv could not look up {question.name}",
        "see what it said; --installer pip asks pip instead",
        detail,
    )
