"""Marks that a run puts on every process it starts, and the end of whoever carries one.

A variable names the run's folder and one of its processes. It is lost where a program is started
with an empty environment, so a limit that nothing else uses carries the run's number as well:
processes inherit it, whatever session or group they move to, and nothing raises it again.
"""

from __future__ import annotations

import os
import re
import signal
import sys
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

if sys.platform == "linux":
    import resource

VARIABLE = "CONTRACT_CHECK_RUN"

_MOST_ROUNDS = 50
_RUN = re.compile(r"/contract-check-([0-9a-f]{8})(?=/|$)")
_OWN_RANGE = 1 << 41
"""Added to a run's number: microseconds of real-time scheduling, 25 days and more, so that the
limit limits nothing."""


def number_of(mark: str) -> int:
    """The number that stands for the run of a mark.

    Args:
        mark: the run's folder, or something in it.
    """
    found = _RUN.search(mark)
    return _OWN_RANGE + (int(found[1], 16) if found else zlib.crc32(mark.encode()))


def put_on(process: int, mark: str) -> None:
    """Put a run's number on a process that just started, where the system can (Linux)."""
    if sys.platform == "linux":
        number = number_of(mark)
        with suppress(OSError, ValueError):  # it ended, or has a lower limit already
            resource.prlimit(process, resource.RLIMIT_RTTIME, (number, number))


def kill_marked(mark: str) -> int:
    """Kill every process that carries a mark: also those that left their process group.

    Only where the system shows the environment of processes (Linux); elsewhere the process group
    is all there is. Returns how many were killed.

    Args:
        mark: of one process and its children, or of a whole run.
    """
    exact = f"{VARIABLE}={mark}".encode()
    inside = exact + os.sep.encode()

    def carries(process: int) -> bool:
        variables = Path(f"/proc/{process}/environ").read_bytes().split(b"\0")
        return any(item == exact or item.startswith(inside) for item in variables)

    return _kill(carries)


def kill_run(mark: str) -> int:
    """Kill every process of a run, also those with another environment than they were given.

    Args:
        mark: the run's folder, or something in it that tells it from other runs.
    """
    killed = kill_marked(mark)
    if sys.platform != "linux":
        return killed
    number = number_of(mark)

    def carries(process: int) -> bool:
        return resource.prlimit(process, resource.RLIMIT_RTTIME)[1] == number

    return killed + _kill(carries)


def _kill(carries: Callable[[int], bool]) -> int:
    """Kill those for which that is so, until there is none: one may just have been forking."""
    killed = 0
    for _ in range(_MOST_ROUNDS):
        found = list(_those(carries))
        for process in found:
            with suppress(ProcessLookupError, PermissionError):
                os.kill(process, signal.SIGKILL)
        killed += len(found)
        if not found:
            break
    return killed


def _those(carries: Callable[[int], bool]) -> Iterator[int]:
    own = os.getpid()
    for entry in Path("/proc").glob("[0-9]*"):
        process = int(entry.name)
        with suppress(OSError, ValueError):  # it ended, or belongs to somebody else
            if process != own and carries(process) and not _has_ended(entry):
                yield process


def _has_ended(entry: Path) -> bool:
    """Whether only its exit status is left of it."""
    text = (entry / "stat").read_text(encoding="utf-8", errors="replace")
    return text.rpartition(")")[2].split()[0] in ("Z", "X")
