"""The real packages, fetched into a folder that the caller throws away."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

CORE = "1.4.61"
STORE = "0.6.73"
PROJECT = Path(__file__).parent.parent
QUIET = {"LC_ALL": "C.UTF-8", "PATH": os.environ.get("PATH", os.defpath)}


def uv(*arguments: str | Path) -> None:
    """Run uv, which the project depends on.

    Raises:
        SystemExit: it failed; its last words are in the message.
    """
    program = Path(sys.executable).with_name("uv")
    done = subprocess.run(
        [program if program.exists() else "uv", *arguments],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(f"uv {arguments[0]} failed:\n{done.stderr.strip()[-800:]}")


def environment(folder: Path, *requirements: str | Path) -> Path:
    """Make an environment with bytecode and return its interpreter."""
    uv("venv", "--quiet", "--python", sys.executable, folder)
    python = folder / "bin" / "python"
    if requirements:
        uv("pip", "install", "--quiet", "--compile-bytecode", "--python", python, *requirements)
    return python


def site(python: Path) -> Path:
    """The environment's site-packages folder."""
    (found,) = python.parent.parent.glob("lib/python*/site-packages")
    return found


def take_out(python: Path, distribution: str, into: Path) -> Path:
    """Move a distribution out of an environment into a folder of its own, and return that."""
    source = site(python)
    into.mkdir(parents=True)
    names = [path.name for path in source.iterdir() if path.name.split("-")[0] == distribution]
    for name in names:
        shutil.move(source / name, into / name)
    return into


def sources(folder: Path) -> dict[str, str]:
    """Every text file of a distribution, by its path."""
    return {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.suffix != ".pyc" and path.name != "RECORD"
    }


def output(command: Sequence[str | Path], **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a program in a bare environment."""
    return subprocess.run(
        command,
        env={**QUIET, "HOME": os.environ.get("HOME", "/"), **variables},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
