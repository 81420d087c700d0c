"""Runs witness programs in an environment."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from contract_check.observe.output import OutputTail
from contract_check.observe.surroundings import Surroundings
from contract_check.support.process import kill_group
from contract_check.support.redact import tail

if sys.platform == "linux":
    import resource

_FLUSH = 0.5
"""Seconds to wait for the end of the output of a process that has ended."""

_RUN = (
    "import runpy; sys.path[:0] = sys.argv[2:]; file = sys.argv[1]; sys.argv[:] = [file];"
    "runpy.run_path(file, run_name='__main__')"
)

_EXCEPTION = re.compile(r"[A-Za-z_][\w.]*(Error|Exception|Warning|Interrupt|Exit)\b")


@dataclass(frozen=True)
class ProgramRun:
    """How a program ended.

    Args:
        passed: it exited 0.
        summary: one line for people: how it ended, and the last line it printed.
    """

    passed: bool
    summary: str


def run_program(
    python: Path,
    code: str,
    *,
    surroundings: Surroundings,
    name: str,
    paths: Sequence[Path] = (),
    seed: int = 0,
) -> ProgramRun:
    """Run a program, isolated as by `python -I`, in an empty folder and say how it ended.

    Args:
        python: the environment's interpreter.
        code: the whole program.
        surroundings: variables, folders and limits.
        name: tells several programs of one run apart.
        paths: folders put in front of `sys.path`, for packages that are not installed.
        seed: of hashes, which the order of sets follows from.
    """
    _, work = surroundings.prepare(name)
    file = work / "witness.py"
    file.write_text(code, encoding="utf-8")
    command: list[str | Path] = [python, _RUN, file, *paths]
    process = surroundings.start(name, command, stderr=subprocess.PIPE, seed=seed)
    assert process.stdout is not None
    assert process.stderr is not None
    streams = OutputTail(process.stderr), OutputTail(process.stdout)
    _limit_memory(process, surroundings.memory_limit)
    try:
        status = process.wait(surroundings.timeout)
    except subprocess.TimeoutExpired:
        return ProgramRun(False, f"no end within {surroundings.timeout:g} s")
    finally:
        kill_group(process)
        for stream in streams:
            stream.ended(_FLUSH)
    if status == 0:
        return ProgramRun(True, "exit 0")
    said = (surroundings.shown(stream.text, name, python, paths) for stream in streams)
    last = next(filter(None, map(_last_words, said)), "")
    return ProgramRun(False, f"exit {status}: {last}" if last else f"exit {status}")


def _last_words(printed: str) -> str:
    """The exception a program ended with, on one line, without the traceback before it."""
    lines = tail(printed, lines=40).splitlines()
    start = max(
        (number for number, line in enumerate(lines) if _EXCEPTION.match(line)),
        default=max(0, len(lines) - 1),
    )
    kept = [line.strip() for line in lines[start:] if "For further information" not in line]
    return " ".join(kept)[:300]


def _limit_memory(process: subprocess.Popen[bytes], megabytes: int) -> None:
    """The same limit as a probe sets for itself; only where a process can set another's (Linux)."""
    if sys.platform != "linux":
        return
    limit = megabytes * 1024 * 1024
    with suppress(ProcessLookupError, PermissionError):
        resource.prlimit(process.pid, resource.RLIMIT_AS, (limit, limit))
        resource.prlimit(process.pid, resource.RLIMIT_CORE, (0, 0))
