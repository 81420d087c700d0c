"""The end of everything that this process started, whoever started that."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_SUBREAPER = 36  # prctl(2): whoever loses its parent below becomes a child of this process
_MOST_ROUNDS = 50
_PAUSE = 0.02


@contextmanager
def ending_descendants() -> Iterator[None]:
    """At the end, kill every process below this one that was not there before (Linux).

    For the process of the command line: a program that uses the pipeline has children of its own.
    """
    if sys.platform != "linux":
        yield
        return
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_SUBREAPER, 1, 0, 0, 0)
    before = _below(os.getpid())
    try:
        yield
    finally:
        _end(before)


def _end(before: frozenset[int]) -> None:
    for _ in range(_MOST_ROUNDS):  # one may just have been forking
        left = _below(os.getpid()) - before
        if not left:
            break
        for process in left:
            with suppress(ProcessLookupError, PermissionError):
                os.kill(process, signal.SIGKILL)
        time.sleep(_PAUSE)
        for process in left:
            with suppress(ChildProcessError):
                os.waitpid(process, os.WNOHANG)


def _below(top: int) -> frozenset[int]:
    """The living processes below one."""
    parents: dict[int, int] = {}
    for entry in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError, ValueError, IndexError):
            text = entry.read_text(encoding="utf-8", errors="replace")
            state, parent = text.rpartition(")")[2].split()[:2]
            if state not in ("Z", "X"):
                parents[int(entry.parent.name)] = int(parent)
    found = {top}
    while more := {process for process, parent in parents.items() if parent in found} - found:
        found |= more
    return frozenset(found - {top})
