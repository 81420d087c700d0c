"""Bytecode, made once by ourselves."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from contract_check.environments.crew import Crew
from contract_check.environments.interface import Interpreter


def compile_all(
    site: Path, python: Interpreter, crew: Crew, check: Literal["timestamp", "unchecked-hash"]
) -> None:
    """Compile every module of a folder, so that importing from it leaves nothing there.

    A file that can't be compiled fails where it is imported; that is not judged here.

    Args:
        check: how Python tells later that the bytecode is still that of its source (PEP 552).
    """
    command: list[str | Path] = [python.path, "-I", "-m", "compileall", "-q"]
    chosen: list[str | Path] = ["--invalidation-mode", check, site]
    # Several at once need a socket, whose path has to be short (unix(7)); else one by one.
    if crew.try_run([*command, "-j", "0", *chosen]).returncode != 0:
        crew.try_run([*command, *chosen])
