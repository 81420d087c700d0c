"""`contract-check doctor`: whether this machine has what a run needs, and what to do if not."""

from __future__ import annotations

import os
import platform
import re
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import typer

from contract_check.cli import exits
from contract_check.model.errors import UsageError

_SECONDS = 30.0
_ASKED_FOR = "packaging"  # small, and the registry of anyone who can install this tool has it


@dataclass(frozen=True)
class Result:
    """What one examination found.

    Args:
        ok: a run can rely on it.
        found: what is there, or what is wrong.
        advice: what to do, where something is wrong.
        needed: a run can't do without it.
    """

    ok: bool
    found: str
    advice: str = ""
    needed: bool = True


def doctor() -> None:
    """Examine this machine: Python, uv, pip, git, cache and registry."""
    healthy = True
    for name, result in _examinations():
        state = "ok" if result.ok else "problem" if result.needed else "warning"
        exits.show(f"{state:<8} {name:<9} {result.found}")
        if not result.ok:
            exits.show(f"{'':<18} {result.advice}")
        healthy = healthy and (result.ok or not result.needed)
    if not healthy:
        raise typer.Exit(exits.ERROR)


def _examinations() -> Iterator[tuple[str, Result]]:
    checks: dict[str, Callable[[], Result]] = {
        "python": _python,
        "uv": _uv,
        "pip": _pip,
        "git": _git,
        "cache": _cache,
        "settings": _settings,
        "registry": _registry,
    }
    for name, check in checks.items():
        yield name, check()


def _python() -> Result:
    return Result(True, f"{platform.python_version()} ({sys.executable})")


def _uv() -> Result:
    program = _uv_program()
    if program is None:
        return Result(
            False, "uv is missing", "Install it (pip install uv), or use --installer pip."
        )
    said = _said([program, "--version"])
    return Result(said is not None, said or f"{program} does not run", "Reinstall uv.")


def _uv_program() -> str | None:
    from uv import find_uv_bin

    try:
        return os.fspath(find_uv_bin())
    except FileNotFoundError:
        return shutil.which("uv")


def _pip() -> Result:
    """pip is the fallback: environments for it are made with `venv` and `ensurepip`."""
    missing = [name for name in ("venv", "ensurepip") if find_spec(name) is None]
    return Result(
        not missing,
        f"this Python has no {' and no '.join(missing)}" if missing else "venv and ensurepip",
        "Only --installer pip needs it; on Debian it is the package python3-venv.",
        needed=False,
    )


def _git() -> Result:
    said = _said(["git", "--version"])
    return Result(
        said is not None,
        said or "git is missing",
        "Install git; without it, refs can only be versions, folders and wheels.",
        needed=False,
    )


def _cache() -> Result:
    from contract_check.config import cache_folder

    folder = cache_folder(os.environ)
    advice = "Set CONTRACT_CHECK_CACHE_DIR to a folder that you may write to."
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return Result(True, str(folder))
    except OSError as error:
        return Result(False, f"{folder}: {error.strerror or error}", advice)


def _settings() -> Result:
    """Which file configures a run that is started here."""
    from contract_check.config.files import DEFAULT_PROFILE, find_file, read_file

    try:
        path = find_file(Path.cwd())
        if path is None:
            return Result(True, f"no file here, so the built-in profile {DEFAULT_PROFILE}")
        return Result(True, read_file(path).name)
    except UsageError as error:
        return Result(False, error.message, error.hint)


def _registry() -> Result:
    """Asked through uv, so that its own index settings and credentials count."""
    program = _uv_program()
    if program is None:
        return Result(False, "not asked, for uv is missing", "See above.", needed=False)
    from contract_check.support.process import installer_environment, run
    from contract_check.support.redact import tail

    command = [program, "pip", "compile", "--quiet", "--no-deps", "--no-header"]
    command += ["--python", sys.executable, "--refresh-package", _ASKED_FOR, "-"]
    with tempfile.TemporaryDirectory(prefix="contract-check-") as folder:
        asked = run(
            command,
            env=installer_environment(),
            cwd=Path(folder),
            stdin=f"{_ASKED_FOR}\n",
            timeout=_SECONDS,
        )
    if asked.returncode == 0 and not asked.timed_out:
        return Result(True, "answers")
    reason = "no answer" if asked.timed_out else tail(asked.stderr, lines=1) or "no answer"
    advice = "Check network, proxy and uv's index settings; --offline works with what is cached."
    return Result(False, re.sub(r"^\W+", "", reason), advice)


def _said(command: list[str]) -> str | None:
    """The first line a program prints, None if it can't be run or fails."""
    from contract_check.support.process import installer_environment, run

    try:
        done = run(command, env=installer_environment(), timeout=_SECONDS)
    except OSError:
        return None
    return done.stdout.strip().partition("\n")[0] if done.returncode == 0 else None
