"""Stopped in each stage, and many at once: nothing is left behind, on disk or running."""

from __future__ import annotations

import fcntl
import select
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

import pytest
from tests.support.core import at_import, core_copy
from tests.support.tool import Checked, Tool

pytestmark = pytest.mark.registry

BOTH = pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda n: n.name)
_SLEEPS = "import time\nwhile True: time.sleep(1000)"
_SLEEPS_IN_WITNESSES = """
import sys, time
if "contract_check_probe" in sys.modules:
    raise RuntimeError("not in a probe")
while True: time.sleep(1000)
"""
_FORKS_AND_SLEEPS = """
import os, time
if os.fork() == 0:
    os.setsid()
while True: time.sleep(1000)
"""


@pytest.fixture(autouse=True)
def unmeasured(monkeypatch: pytest.MonkeyPatch) -> None:
    """Coverage takes locks in the midst of what it measures, and a signal leaves them taken."""
    for name in ("COVERAGE_PROCESS_CONFIG", "COVERAGE_PROCESS_START"):
        monkeypatch.delenv(name, raising=False)


def stop(
    tool: Tool,
    arguments: tuple[str, ...],
    number: signal.Signals,
    when: Callable[[], bool],
    *,
    after: float = 0.0,
    again: int = 0,
) -> Checked:
    """Send a signal once something is the case and some seconds later, perhaps more than once."""
    process = tool.start(*arguments)
    until = time.monotonic() + 30
    while not when() and process.poll() is None and time.monotonic() < until:
        time.sleep(0.02)
    assert process.poll() is None, tool.finish(process)
    time.sleep(after)
    sent = time.monotonic()
    process.send_signal(number)
    for _ in range(again):
        time.sleep(0.01)
        with suppress(ProcessLookupError):
            process.send_signal(number)
    done = tool.finish(process)
    assert time.monotonic() - sent < 10, "took its time"
    return done


def assert_stopped(tool: Tool, done: Checked, number: signal.Signals) -> None:
    assert done.code == 128 + number, done
    assert done.stdout == ""
    assert done.stderr.splitlines()[-1] == "interrupted; nothing was left behind"
    assert "Traceback" not in done.stderr
    assert tool.left() == []


def running(tool: Tool, words: str) -> Callable[[], bool]:
    """Whether a process of the run has these words in its command line."""

    def found() -> bool:
        return any(words in line for line in tool.left() if line.startswith("process"))

    return found


@contextmanager
def silent_server() -> Iterator[int]:
    """A port that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        kept: list[socket.socket] = []

        def accept() -> None:
            with suppress(OSError):
                while True:
                    kept.append(server.accept()[0])

        threading.Thread(target=accept, daemon=True).start()
        port: int = server.getsockname()[1]
        yield port
        for connection in kept:
            connection.close()


@BOTH
def test_while_refs_resolve(tool: Tool, number: signal.Signals) -> None:
    with silent_server() as port:
        ref = f"git+https://127.0.0.1:{port}/core.git@main"
        done = stop(tool, ("--core-ref", ref), number, running(tool, "ls-remote"), after=0.1)
    assert_stopped(tool, done, number)


@BOTH
@pytest.mark.parametrize("after", [0.0, 0.4, 1.2])
def test_while_a_cold_cache_is_filled(
    tool: Tool, tmp_path: Path, number: signal.Signals, after: float
) -> None:
    cold = replace(tool, cache=tmp_path / "cold")
    arguments = ("--core-ref", str(core_copy(tmp_path)), "--store-ref", "0.6.73")
    done = stop(cold, arguments, number, running(tool, "uv"), after=after)
    assert_stopped(tool, done, number)
    assert list(cold.cache.rglob("*.tmp*")) == []


@BOTH
def test_while_a_package_is_built(tool: Tool, tmp_path: Path, number: signal.Signals) -> None:
    core = core_copy(tmp_path, before="import time; time.sleep(1000)")
    done = stop(tool, ("--core-ref", str(core)), number, running(tool, "build_wheel"), after=0.2)
    assert_stopped(tool, done, number)


@BOTH
def test_while_the_probe_imports(tool: Tool, tmp_path: Path, number: signal.Signals) -> None:
    core = core_copy(tmp_path, at_import(_FORKS_AND_SLEEPS))
    done = stop(tool, ("--core-ref", str(core)), number, running(tool, "serving"), after=0.5)
    assert_stopped(tool, done, number)


@BOTH
def test_while_a_witness_runs(tool: Tool, tmp_path: Path, number: signal.Signals) -> None:
    core = core_copy(tmp_path, at_import(_SLEEPS_IN_WITNESSES))
    done = stop(tool, ("--core-ref", str(core)), number, running(tool, "witness.py"), after=0.1)
    assert_stopped(tool, done, number)


@BOTH
def test_while_the_report_is_written(tool: Tool, tmp_path: Path, number: signal.Signals) -> None:
    core = core_copy(tmp_path, at_import("import os; os._exit(0)"))
    process = tool.start("--core-ref", str(core), "--format", "json")
    assert process.stdout is not None
    # Nobody reads the report, and the pipe holds less than all of it.
    fcntl.fcntl(process.stdout, fcntl.F_SETPIPE_SZ, 4096)
    until = time.monotonic() + 30
    while select.select([process.stdout], [], [], 0.1)[0] == [] and time.monotonic() < until:
        pass
    process.send_signal(number)
    assert process.wait(10) == 128 + number
    done = tool.finish(process)
    assert "Traceback" not in done.stderr


@BOTH
def test_further_signals_do_not_disturb_the_clean_up(
    tool: Tool, tmp_path: Path, number: signal.Signals
) -> None:
    core = core_copy(tmp_path, at_import(_FORKS_AND_SLEEPS))
    arguments = ("--core-ref", str(core))
    done = stop(tool, arguments, number, running(tool, "serving"), after=0.3, again=20)
    assert_stopped(tool, done, number)


@pytest.mark.parametrize("step", range(10))
def test_at_any_moment(tool: Tool, step: int) -> None:
    process = tool.start("--core-ref", "1.4.61", "--format", "json")
    time.sleep(0.35 + 0.13 * step)
    process.send_signal(signal.SIGTERM)
    done = tool.finish(process, timeout=10)
    # Before Python has come to our first line, and after our last, the signal does what it does.
    assert done.code in (0, 143, -signal.SIGTERM)
    assert "Traceback" not in done.stderr


@pytest.mark.slow
def test_twenty_at_once(tool: Tool, tmp_path: Path) -> None:
    folders = [tmp_path / f"temporary-{number}" for number in range(20)]
    for folder in folders:
        folder.mkdir()
    tools = [replace(tool, temporary=folder) for folder in folders]
    processes: list[subprocess.Popen[str]] = [
        each.start("--core-ref", "1.4.61", "--store-ref", "0.6.73", "--format", "json")
        for each in tools
    ]
    ended = [
        each.finish(process, timeout=200) for each, process in zip(tools, processes, strict=True)
    ]
    assert [done.code for done in ended] == [0] * 20, ended[0]
    assert len({done.report["provider"]["pin"]["sha256"] for done in ended}) == 1
    assert [each.left() for each in tools] == [[]] * 20
