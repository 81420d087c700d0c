"""Runs the installers' programs, several at once, and stops them all together."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from contract_check.environments.interface import InstallerFailed
from contract_check.support.process import Completed, installer_environment, kill_group, run

T = TypeVar("T")

_TIMEOUT = 1800.0
"""Seconds one installer call may take before it counts as hung."""

_LEFT_OUT = frozenset(
    # Settings that choose where and for which interpreter to install: that is ours to say here.
    {
        "UV_PYTHON",
        "UV_SYSTEM_PYTHON",
        "UV_BREAK_SYSTEM_PACKAGES",
        "UV_PROJECT",
        "UV_PROJECT_ENVIRONMENT",
        "UV_WORKING_DIRECTORY",
        "UV_WORKING_DIR",
        "UV_VENV_SEED",
        "UV_VENV_CLEAR",
        "UV_DRY_RUN",
        "UV_NO_DEPS",
        "UV_OVERRIDE",
        "UV_QUIET",
        "UV_VERBOSE",
        "UV_LINK_MODE",
        "PIP_USER",
        "PIP_TARGET",
        "PIP_PREFIX",
        "PIP_ROOT",
        "PIP_PYTHON",
        "PIP_REQUIRE_VIRTUALENV",
        "PIP_DRY_RUN",
        "PIP_REPORT",
        "PIP_NO_DEPS",
        "PIP_QUIET",
        "PIP_VERBOSE",
        "PIP_UPGRADE",
        "PIP_REQUIREMENT",
    }
)


class Crew:
    """Starts programs for several threads; `stop` ends those that run and refuses new ones.

    Args:
        temporary: the programs' TMPDIR, where some leave files (uv the locks of its builds).
    """

    def __init__(self, temporary: Path) -> None:
        self._temporary = temporary
        self._running: list[subprocess.Popen[str]] = []
        self.stopped = False

    def run(
        self,
        command: Sequence[str | os.PathLike[str]],
        *,
        cwd: Path | None = None,
        variables: Mapping[str, str] | None = None,
    ) -> str:
        """Run a program with the installers' environment and return its standard output.

        Args:
            command: the program and its arguments.
            cwd: its working directory.
            variables: what its environment holds besides.

        Raises:
            InstallerFailed: it failed, hung, or the crew was stopped.
        """
        completed = self.try_run(command, cwd=cwd, variables=variables)
        if completed.returncode != 0:
            raise InstallerFailed(completed.stdout + completed.stderr)
        return completed.stdout

    def try_run(
        self,
        command: Sequence[str | os.PathLike[str]],
        *,
        cwd: Path | None = None,
        variables: Mapping[str, str] | None = None,
    ) -> Completed:
        """As `run`, but a nonzero exit status is returned."""
        if self.stopped:
            raise InstallerFailed("stopped")
        try:
            completed = run(
                command,
                env={**environment(), **(variables or {}), "TMPDIR": str(self._temporary)},
                cwd=cwd,
                timeout=_TIMEOUT,
                mark=str(self._temporary),
                started=self._started,
            )
        except OSError as error:
            raise InstallerFailed(f"{Path(command[0]).name}: {error.strerror}") from error
        if completed.timed_out:
            raise InstallerFailed(
                f"{completed.stderr}\nNo end after {_TIMEOUT / 60:.0f} minutes: stopped."
            )
        return completed

    def stop(self) -> None:
        """End every program that runs."""
        self.stopped = True
        for process in self._running:
            if process.poll() is None:
                kill_group(process)

    def together(self, *tasks: Callable[[], T]) -> list[T]:
        """Run tasks at once and return their results in order; the first failure stops the rest."""
        if len(tasks) == 1:
            return [tasks[0]()]
        with ThreadPoolExecutor(max_workers=len(tasks)) as pool:
            futures = [pool.submit(task) for task in tasks]
            try:
                return [future.result() for future in futures]
            except BaseException:
                self.stop()
                raise

    def _started(self, process: subprocess.Popen[str]) -> None:
        self._running.append(process)
        if self.stopped:
            kill_group(process)


def environment() -> dict[str, str]:
    """What installers may see: no tokens. Build backends see less (`support.build_launcher`)."""
    kept = {name: value for name, value in installer_environment().items() if name not in _LEFT_OUT}
    # Copies, so that code that edits the files it is given can't reach uv's cache.
    return {**kept, "UV_LINK_MODE": "copy"}
