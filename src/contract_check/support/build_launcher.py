"""Starts the build backend of a package, confined. Copied beside the interpreters that installers
are given for builds (`support.builds`); standard library only.

`launch.py PYTHON CALLED ARGUMENT...` becomes PYTHON, called as CALLED. The installer that called it
may hold credentials. The build gets none of its variables but those that a build needs, an empty
HOME, and the limits that a file of settings names. Without such a file it is a program of a build
that is confined already.
"""

from __future__ import annotations

import json
import os
import re
import signal
import sys
import tempfile
from pathlib import Path
from typing import TypedDict

SETTINGS = "CONTRACT_CHECK_BUILDS"
"""Names the file of settings."""
PIP = "CONTRACT_CHECK_PIP"
"""Names the interpreter that runs pip."""

_KEPT = frozenset(
    """PATH LANG LC_ALL LC_CTYPE TZ PYTHONPATH PYTHONNOUSERSITE VIRTUAL_ENV CONTRACT_CHECK_RUN
    PEP517_BUILD_BACKEND PEP517_BACKEND_PATH""".split()
)
_KEPT_PREFIX = "_PYPROJECT_HOOKS_"
_NAMED = re.compile(r"""["'](/[^"'\0]+)["']""")
_UV_TEMPORARY = ".tmp"
"""What the names of the folders begin with that uv makes for one build, all in one folder."""


class Settings(TypedDict):
    """What the tool says of a build: see `support.builds.variables`."""

    confined: bool
    paths: dict[str, int]
    ports: list[int] | None
    env: dict[str, str]
    seconds: float


def main() -> None:
    """Become the build."""
    python, called, *arguments = sys.argv[1:]
    file = os.environ.get(SETTINGS)
    if file is None:
        os.execve(python, [called, *arguments], dict(os.environ))
    settings: Settings = json.loads(Path(file).read_text(encoding="utf-8"))
    is_uv = Path(called).is_symlink()
    if not is_uv:
        python = called = os.environ[PIP]
        if _is_pip_itself(Path(python), arguments):
            launcher = str(Path(__file__).with_name("run_pip.py"))
            os.execve(python, [python, "-I", "-B", launcher, *arguments[1:]], dict(os.environ))
    home = Path(tempfile.mkdtemp(prefix="build-"))
    env = _environment(settings, home)
    if settings["confined"]:
        named = _named_by_uv(called, arguments) if is_uv else _named_by_pip(arguments)
        _confine(settings, [Path.cwd(), home, *named], _reads(called))
    # Counts real time, and lasts when this process becomes another.
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, settings["seconds"])
    os.execve(python, [called, *arguments], env)


def _is_pip_itself(python: Path, arguments: list[str]) -> bool:
    """Whether pip starts itself, to fetch and install what a build requires."""
    if not arguments or Path(arguments[0]).name != "__pip-runner__.py":
        return False
    environment = python.parent.parent.resolve()
    return Path(arguments[0]).resolve().is_relative_to(environment)


def _environment(settings: Settings, home: Path) -> dict[str, str]:
    kept = {
        name: value
        for name, value in os.environ.items()
        if name in _KEPT or name.startswith(_KEPT_PREFIX)
    }
    (home / "tmp").mkdir()
    return {**kept, "HOME": str(home), "TMPDIR": str(home / "tmp"), **settings["env"]}


def _named_by_uv(called: str, arguments: list[str]) -> list[Path]:
    """The environment of the build, and the folders for its wheel, which lie beside it."""
    environment = Path(called).parent.parent
    beside = environment.parent.resolve()
    found = [environment]
    for text in (part for argument in arguments for part in _NAMED.findall(argument)):
        path = Path(text).resolve()
        if path.is_relative_to(beside) and path != beside:
            top = beside / path.relative_to(beside).parts[0]
            found += [top] if top.name.startswith(_UV_TEMPORARY) else []
    return found


def _named_by_pip(arguments: list[str]) -> list[Path]:
    """The folders that pip names, in its arguments and in a file in one of them, as far as they
    are its temporary ones."""
    texts = [text for text in arguments if text.startswith("/")]
    for text in tuple(texts):
        asked = Path(text, "input.json")
        if asked.is_file():
            texts += _NAMED.findall(asked.read_text(encoding="utf-8", errors="replace"))
    temporary = Path(tempfile.gettempdir()).resolve()
    paths = [Path(text).resolve() for text in texts]
    folders = [path if path.is_dir() else path.parent for path in paths]
    return [folder for folder in folders if temporary in folder.parents]


def _reads(called: str) -> list[Path]:
    """The interpreter's environment, and packages that pip put aside for the build."""
    temporary = Path(tempfile.gettempdir()).resolve()
    entries = [Path(e).resolve() for e in os.environ.get("PYTHONPATH", "").split(os.pathsep) if e]
    aside = [entry.parent for entry in entries if temporary in entry.parent.parents]
    return [Path(called).parent.parent, *aside]


def _confine(settings: Settings, own: list[Path], reads: list[Path]) -> None:
    sys.path.insert(0, str(Path(__file__).resolve().parent))
    from landlock import READ, WRITE, Limits, confine_thread  # type: ignore[import-not-found]

    rules = {Path(path): rights for path, rights in settings["paths"].items()}
    rules |= dict.fromkeys(reads, READ) | dict.fromkeys(own, WRITE)
    ports = settings["ports"]
    confine_thread(Limits(rules, None if ports is None else frozenset(ports)))


if __name__ == "__main__":
    main()
