"""Pyrefly, a type checker that also infers what functions without annotations return.

Why this one: docs/decisions/0010-type-checker.md. What its error kinds mean:
https://pyrefly.org/en/docs/error-kinds/
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import sysconfig
from collections.abc import Mapping, Sequence
from pathlib import Path

from pydantic import BaseModel, TypeAdapter, ValidationError

from contract_check.model.reading import Aspect, Diagnostic
from contract_check.reader.interface import CheckerFailed, Launch, Span, Spans, World
from contract_check.reader.revealing import revealing
from contract_check.support.process import kill_group

_CONFIG = "pyrefly.toml"
_ASPECTS: Mapping[str, Aspect] = {
    "bad-argument-count": "call",
    "bad-argument-type": "argument",
    "bad-context-manager": "operation",
    "bad-index": "operation",
    "bad-instantiation": "instance",
    "bad-match": "operation",
    "bad-raise": "operation",
    "bad-typed-dict-key": "key",
    "bad-unpacking": "operation",
    "implicit-import": "attribute",
    "invalid-argument": "operation",
    "invalid-inheritance": "base",
    "invalid-pattern": "operation",
    "missing-argument": "call",
    "missing-attribute": "attribute",
    "missing-import": "import",
    "missing-module-attribute": "import",
    "no-matching-overload": "call",
    "not-async": "operation",
    "not-callable": "call",
    "not-iterable": "operation",
    "unexpected-keyword": "call",
    "unexpected-positional-argument": "call",
    "unsupported-delete": "operation",
    "unsupported-operation": "operation",
}
"""What may fail when it runs; every other kind is about types alone."""
_LACKS = re.compile(r"\brequires attribute\b|\bCallable (is|has)\b|\bmissing\b|\bkeyword\b", re.I)
"""What an argument of the wrong type is said to lack, where it lacks a member or a parameter."""
_REVEALED = "reveal-type"
_SAYS = "revealed type: "


class _Error(BaseModel):
    """One entry of its JSON output."""

    path: str
    line: int
    column: int
    stop_line: int
    stop_column: int
    name: str
    description: str


class _Output(BaseModel):
    errors: list[_Error]


_OUTPUT = TypeAdapter(_Output)


class Pyrefly:
    """Runs the Pyrefly that is installed beside this program.

    Args:
        program: another one, for tests.
    """

    name = "Pyrefly"

    def __init__(self, program: Path | None = None) -> None:
        self._program = program

    def check(self, world: World, launch: Launch) -> tuple[Diagnostic, ...]:
        """Everything it has to say, in the order of the files; see `Checker.check`."""
        if not world.checked:
            return ()  # asked of no file, it says that this is an error
        errors = self._run(world, launch, ())
        return tuple(sorted(_diagnostic(world, item) for item in errors))

    def reveal(self, world: World, launch: Launch, spans: Spans) -> Mapping[tuple[str, Span], str]:
        """The types of expressions; see `Checker.reveal`.

        What it says of a text that asks for them, in the place of the file's own.
        """
        plain = {file: (world.sources / file).read_bytes() for file in spans}
        places: dict[str, Mapping[tuple[int, int], Span]] = {}
        try:
            for file, text in plain.items():
                lines = [line.decode(errors="replace") for line in text.splitlines(keepends=True)]
                asking, places[file] = revealing(lines, spans[file])
                (world.sources / file).write_text(asking, encoding="utf-8", newline="")
            said = self._run(world, launch, [world.sources / file for file in spans])
        finally:
            for file, text in plain.items():
                (world.sources / file).write_bytes(text)
        found: dict[tuple[str, Span], str] = {}
        for item in said:
            file = _inside(world, item)
            # It points to the bracket before the expression, counted from one.
            span = places.get(file, {}).get((item.line, item.column))
            if item.name == _REVEALED and span is not None:
                found[file, span] = item.description.strip().removeprefix(_SAYS)
        return found

    def _run(self, world: World, launch: Launch, files: Sequence[Path]) -> list[_Error]:
        config = _configure(world)
        command: list[str | Path] = [
            self._found(),
            "check",
            "--config",
            config,
            "--output-format",
            "json",
        ]
        command += ["--summary=none", "--reveal-type-qualified-names", *files]
        try:
            process = launch(command, world.sources)
        except OSError as error:
            raise CheckerFailed(f"it can't be started: {error.strerror or error}") from None
        try:
            printed, complaints = process.communicate(timeout=world.timeout)
        except subprocess.TimeoutExpired:
            raise CheckerFailed(f"it came to no end within {world.timeout:g} s") from None
        finally:
            kill_group(process)
            for stream in (process.stdin, process.stdout, process.stderr):
                if stream is not None:
                    stream.close()
        # With errors to tell it ends with 1; whatever else it ends with, it has not checked.
        if process.returncode not in (0, 1):
            raise CheckerFailed(_ended(process.returncode, complaints))
        try:
            return _OUTPUT.validate_json(printed).errors
        except ValidationError:
            raise CheckerFailed("its answer can't be read") from None

    def _found(self) -> Path:
        """The program, in the folder of this Python's scripts or beside the interpreter."""
        folders = (Path(sysconfig.get_path("scripts")), Path(sys.executable).parent)
        places = [self._program] if self._program else [item / "pyrefly" for item in folders]
        for place in places:
            if place.is_file():
                return place
        raise CheckerFailed("it is not installed")


def _ended(status: int, complaints: bytes) -> str:
    lines = complaints.decode(errors="replace").strip().splitlines()
    return f"it ended with {status}" + (f": {lines[-1].strip()[:200]}" if lines else "")


def _configure(world: World) -> Path:
    """Its settings for one side: no interpreter is asked, no comment silences it."""
    settings: dict[str, object] = {
        "search-path": [str(world.sources)],
        "site-package-path": [str(site) for site in world.sites],
        "python-version": world.python_version,
        "python-platform": sys.platform,
        "project-includes": [f"{world.sources}/{file}" for file in world.checked],
        "project-excludes": [],
        "disable-project-excludes-heuristics": True,
        "disable-search-path-heuristics": True,
        "skip-interpreter-query": True,
        "use-ignore-files": False,
        "enabled-ignores": ["ty"],
    }
    config = world.sources / _CONFIG
    # JSON's strings, lists, booleans are TOML's.
    lines = [f"{name} = {json.dumps(value)}" for name, value in settings.items()]
    config.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return config


def _diagnostic(world: World, error: _Error) -> Diagnostic:
    aspect = _ASPECTS.get(error.name, "nominal")
    if aspect == "argument" and not _LACKS.search(error.description):
        aspect = "nominal"
    return Diagnostic(
        file=_inside(world, error),
        line=error.line,
        column=error.column,
        end_line=error.stop_line,
        end_column=error.stop_column,
        kind=error.name,
        aspect=aspect,
        message=error.description,
    )


def _inside(world: World, error: _Error) -> str:
    """The file, relative to the folder of the sources where it is in there."""
    path, sources = (world.sources / error.path).resolve(), world.sources.resolve()
    inside = path.is_relative_to(sources)
    return path.relative_to(sources).as_posix() if inside else path.as_posix()
