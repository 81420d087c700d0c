"""What a process under test is surrounded by: variables, folders, limits."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_MARK = "CONTRACT_CHECK_RUN"
_HARMLESS = ("LANG", "LC_ALL", "LC_CTYPE", "TZ", "SYSTEMROOT")


@dataclass(frozen=True)
class Surroundings:
    """Where and within which limits code under test runs.

    Args:
        folder: a private folder of the run; working directory, HOME and TMPDIR are made in it.
        env: variables the settings set, or pass on from the parent.
        timeout: seconds that one answer may take.
        memory_limit: MiB of address space.
    """

    folder: Path
    env: Mapping[str, str]
    timeout: float
    memory_limit: int

    def prepare(self, name: str) -> tuple[dict[str, str], Path]:
        """Make empty folders for one process and say its whole environment and its directory.

        Of the parent's environment only language and time zone remain: no tokens, no index
        settings, no PYTHON* variables, and a PATH that finds the system's programs alone.
        """
        home = self.folder / name / "home"
        work = self.folder / name / "work"
        temporary = self.folder / name / "tmp"
        for path in (home, work, temporary):
            path.mkdir(parents=True, exist_ok=True)
        kept = {key: os.environ[key] for key in _HARMLESS if key in os.environ}
        return {
            **kept,
            "PATH": os.defpath,
            "HOME": str(home),
            "TMPDIR": str(temporary),
            _MARK: self.mark,
            **self.env,
        }, work

    @property
    def mark(self) -> str:
        """A value that every process of this run carries in its environment."""
        return str(self.folder)


def kill_marked(mark: str) -> int:
    """Kill every process that carries the mark of a run: those that left their process group.

    Only where the system shows the environment of processes (Linux); elsewhere the process group
    is all there is. Returns how many were killed.
    """
    needle = f"{_MARK}={mark}".encode()
    killed = 0
    for entry in Path("/proc").glob("[0-9]*/environ"):
        try:
            if needle in entry.read_bytes().split(b"\0") and int(entry.parent.name) != os.getpid():
                os.kill(int(entry.parent.name), 9)
                killed += 1
        except (OSError, ValueError):
            continue  # it ended, or belongs to somebody else
    return killed
