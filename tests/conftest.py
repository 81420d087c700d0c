"""What every test may use: the registry, a real PostgreSQL, and a loud word where they are not.

`CONTRACT_CHECK_REQUIRE_REGISTRY=1` and `CONTRACT_CHECK_REQUIRE_POSTGRES=1` turn the skips of tests
that need them into failures; use them where both are known to be there.
"""

from __future__ import annotations

import functools
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import pytest

_NO_REGISTRY = "the package registry can't be reached"
_NO_POSTGRES = "PostgreSQL can't be started"
_START_SECONDS = 30.0


def pytest_configure() -> None:
    """Take signals as a terminal sends them, also where the tests run in the background.

    A shell's background job inherits an ignored SIGINT (under nohup SIGHUP as well), and so would
    the runs that tests interrupt.
    """
    for number, handler in (
        (signal.SIGINT, signal.default_int_handler),
        (signal.SIGHUP, signal.SIG_DFL),
    ):
        if signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, handler)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip, or fail where it is required, what needs a registry that can't be reached."""
    if item.get_closest_marker("registry") and (problem := registry_problem()):
        _go_without("CONTRACT_CHECK_REQUIRE_REGISTRY", f"{_NO_REGISTRY}: {problem}")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say loudly what was not tested: a skipped test proves nothing."""
    for reason in (_NO_REGISTRY, _NO_POSTGRES):
        number = sum(reason in str(r.longrepr) for r in terminalreporter.getreports("skipped"))
        if number:
            terminalreporter.section("NOT TESTED", sep="!", red=True, bold=True)
            terminalreporter.line(f"{number} tests were skipped because {reason}.", red=True)


def _go_without(variable: str, reason: str) -> NoReturn:
    if os.environ.get(variable) == "1":
        pytest.fail(f"{reason} ({variable}=1)", pytrace=False)
    pytest.skip(reason)


@functools.cache
def registry_problem() -> str:
    """Why the package registry can't be used, empty if it can. Asked once a process."""
    uv = Path(sys.executable).with_name("uv")
    command = [str(uv) if uv.exists() else "uv", "pip", "compile", "--quiet", "--no-deps"]
    command += ["--refresh-package", "iniconfig", "--python", sys.executable, "-"]
    try:
        asked = subprocess.run(
            command,
            input="iniconfig\n",
            env={"UV_HTTP_RETRIES": "1", **os.environ},
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return type(error).__name__
    if asked.returncode == 0:
        return ""
    lines = asked.stderr.strip().splitlines() or [f"uv exited with {asked.returncode}"]
    return lines[-1].strip().removeprefix("cause: ")


@dataclass(frozen=True)
class _Account:
    """The account that PostgreSQL runs as, which refuses to be root; None is our own."""

    user: int | None = None
    group: int | None = None

    @property
    def extra_groups(self) -> list[int] | None:
        return None if self.user is None else []

    def own(self, folder: Path) -> None:
        if self.user is not None and self.group is not None:
            os.chown(folder, self.user, self.group)


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """The URL of a real PostgreSQL on loopback, empty, gone when the session ends."""
    programs = _postgres_programs()
    if programs is None:
        _go_without("CONTRACT_CHECK_REQUIRE_POSTGRES", f"{_NO_POSTGRES}: it is not installed")
    account = _unprivileged()
    if account is None:
        _go_without("CONTRACT_CHECK_REQUIRE_POSTGRES", f"{_NO_POSTGRES}: no account but root")
    with _folder_of(account) as folder:
        _initdb(programs, account, folder)
        port = _free_port()
        with _server(programs, account, folder, port):
            yield f"postgresql://contract@127.0.0.1:{port}/postgres"


def _postgres_programs() -> Path | None:
    """The folder that holds `postgres` and `initdb`: from PATH, links followed, or Debian's."""
    found = [shutil.which("pg_ctl"), shutil.which("postgres")]
    candidates = [Path(name).resolve().parent for name in found if name]
    candidates += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    for folder in candidates:
        if (folder / "postgres").exists() and (folder / "initdb").exists():
            return folder
    return None


def _unprivileged() -> _Account | None:
    if os.getuid() != 0:
        return _Account()
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return _Account(entry.pw_uid, entry.pw_gid)
    return None


@contextmanager
def _folder_of(account: _Account) -> Iterator[Path]:
    # Not under pytest's own temporary folder: that one is closed to other accounts, and too long a
    # name for a Unix socket.
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))
    try:
        account.own(folder)
        yield folder
    finally:
        shutil.rmtree(folder)


def _initdb(programs: Path, account: _Account, folder: Path) -> None:
    options = "--username contract --auth trust --encoding UTF8 --locale C --no-sync"
    subprocess.run(
        [programs / "initdb", "--pgdata", folder / "data", *options.split()],
        user=account.user,
        group=account.group,
        extra_groups=account.extra_groups,
        cwd=folder,
        env={"PATH": os.defpath, "HOME": str(folder)},
        check=True,
        capture_output=True,
        timeout=120,
    )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def _server(programs: Path, account: _Account, folder: Path, port: int) -> Iterator[None]:
    settings = {
        "listen_addresses": "127.0.0.1",
        "port": str(port),
        "unix_socket_directories": str(folder),
        "fsync": "off",
        "shared_buffers": "16MB",
    }
    command: list[str | Path] = [programs / "postgres", "-D", folder / "data"]
    for name, value in settings.items():
        command += ["-c", f"{name}={value}"]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            command,
            user=account.user,
            group=account.group,
            extra_groups=account.extra_groups,
            cwd=folder,
            env={"PATH": os.defpath, "HOME": str(folder)},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
    try:
        _wait_until_ready(process, folder)
        yield
    finally:
        process.terminate()
        try:
            process.wait(timeout=5)
        except subprocess.TimeoutExpired:  # a connection is still open
            process.send_signal(3)  # SIGQUIT: immediate shutdown, which takes its children along
            process.wait(timeout=30)


def _wait_until_ready(process: subprocess.Popen[bytes], folder: Path) -> None:
    """Wait for the line of its pid file that says so (storage/pg_ctl reads the same)."""
    until = time.monotonic() + _START_SECONDS
    state = folder / "data" / "postmaster.pid"
    while time.monotonic() < until and process.poll() is None:
        if state.exists() and state.read_text().rstrip().endswith("ready"):
            return
        time.sleep(0.02)
    raise RuntimeError(f"PostgreSQL did not start:\n{(folder / 'log').read_text()}")
