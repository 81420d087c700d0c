"""The tool as a person meets it: a process with a private temporary folder."""

from __future__ import annotations

import functools
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import jsonschema_rs

_SCHEMA = Path(__file__).parents[2] / "docs" / "report.schema.json"
_LEFT_OUT = (
    *("PYTHONDONTWRITEBYTECODE", "CONTRACT_CHECK_", "COLUMNS", "NO_COLOR", "FORCE_COLOR"),
    # What the tool tells a pipeline from a terminal by: the tests may run in one.
    *("GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY", "GITLAB_CI", "TF_BUILD"),
)


@dataclass(frozen=True)
class Checked:
    """How a run of the tool ended.

    Args:
        code: its exit status, negative for a signal.
        seconds: wall time.
    """

    code: int
    stdout: str
    stderr: str
    seconds: float

    @functools.cached_property
    def report(self) -> dict[str, Any]:
        """The JSON report on stdout, valid against the published schema."""
        document: dict[str, Any] = json.loads(self.stdout)
        problems = [str(problem) for problem in _validator().iter_errors(document)]
        assert problems == []
        assert document["exit_code"] == self.code
        return document

    @property
    def errors(self) -> list[str]:
        return [error["message"] for error in self.report["errors"]]

    @property
    def findings(self) -> dict[str, list[str]]:
        """Severity to the rules found, each once, sorted."""
        found: dict[str, set[str]] = {}
        for finding in self.report["findings"]:
            found.setdefault(finding["severity"], set()).add(finding["rule"])
        return {severity: sorted(rules) for severity, rules in found.items()}

    def __str__(self) -> str:
        return f"exit {self.code}\n--- stdout\n{self.stdout[-4000:]}\n--- stderr\n{self.stderr}"


@functools.cache
def _validator() -> Any:
    return jsonschema_rs.validator_for(json.loads(_SCHEMA.read_text(encoding="utf-8")))


@dataclass(frozen=True)
class Tool:
    """The command line with a cache that several tests share.

    Args:
        cache: CONTRACT_CHECK_CACHE_DIR.
        folder: the current folder of the runs.
        temporary: their TMPDIR; empty before and after each run.
        env: further variables.
    """

    cache: Path
    folder: Path
    temporary: Path
    env: Mapping[str, str] = field(default_factory=dict)

    def environment(self) -> dict[str, str]:
        own = {
            name: value
            for name, value in os.environ.items()
            if not any(name.startswith(left_out) for left_out in _LEFT_OUT)
        }
        own |= {"CONTRACT_CHECK_CACHE_DIR": str(self.cache), "TMPDIR": str(self.temporary)}
        return {**own, **self.env}

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Start the tool with stdout and stderr in pipes, in a process group of its own."""
        return subprocess.Popen(
            [sys.executable, "-m", "contract_check", *arguments],
            cwd=self.folder,
            env=self.environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def finish(self, process: subprocess.Popen[str], *, timeout: float = 180.0) -> Checked:
        """Wait for its end; a hang is killed and fails the test."""
        before = time.monotonic()
        try:
            stdout, stderr = process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            stdout, stderr = process.communicate()
            for left in self.processes():
                with suppress(ProcessLookupError):
                    os.kill(left, signal.SIGKILL)
            raise AssertionError(
                f"hung for {timeout:g} s\n--- stdout\n{stdout}\n--- stderr\n{stderr}"
            ) from None
        return Checked(process.returncode, stdout, stderr, time.monotonic() - before)

    def __call__(self, *arguments: str, timeout: float = 180.0) -> Checked:
        return self.finish(self.start(*arguments), timeout=timeout)

    def json(self, *arguments: str, timeout: float = 180.0) -> Checked:
        """Run it with the JSON report on stdout."""
        return self(*arguments, "--format", "json", timeout=timeout)

    def left(self) -> list[str]:
        """What runs left in the temporary folder, and processes that still run."""
        files = sorted(path.name for path in self.temporary.iterdir())
        return files + [f"process {number}: {_command(number)}" for number in self.processes()]

    def processes(self) -> list[int]:
        """Living processes whose environment or command names the temporary folder."""
        return list(_processes_naming(str(self.temporary)))


def _processes_naming(text: str) -> Iterator[int]:
    for entry in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            said = (entry / "environ").read_bytes() + (entry / "cmdline").read_bytes()
            if text.encode() in said and int(entry.name) != os.getpid():
                yield int(entry.name)


def _command(number: int) -> str:
    try:
        raw = Path(f"/proc/{number}/cmdline").read_bytes()
    except OSError:
        return "ended"
    return raw.replace(b"\0", b" ").decode(errors="replace")[:2000]
