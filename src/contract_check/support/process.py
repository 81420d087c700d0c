"""Runs programs: own process group, killed whole on time-out or interruption, nothing left."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from contract_check.support import landlock, marks
from contract_check.support.landlock import Limits

_PASSED_ON = frozenset(
    # What an installer or git needs to reach the network and find its own settings. Everything
    # else of the parent's environment (tokens above all) stays out.
    """PATH HOME USER LOGNAME LANG LC_ALL LC_CTYPE TZ TMPDIR TEMP TMP SYSTEMROOT
    XDG_CONFIG_HOME XDG_CACHE_HOME XDG_DATA_HOME XDG_CONFIG_DIRS XDG_RUNTIME_DIR
    HTTP_PROXY HTTPS_PROXY NO_PROXY ALL_PROXY http_proxy https_proxy no_proxy all_proxy
    SSL_CERT_FILE SSL_CERT_DIR REQUESTS_CA_BUNDLE CURL_CA_BUNDLE NETRC
    GIT_SSL_CAINFO GIT_SSL_CAPATH GIT_SSH GIT_SSH_COMMAND GIT_CONFIG_GLOBAL GIT_CONFIG_SYSTEM
    GIT_CONFIG_NOSYSTEM SSH_AUTH_SOCK PYENV_ROOT""".split()
)
_BURIAL = 0.2
"""Seconds that killed processes are waited for, which are no children of this one."""

_PASSED_ON_PREFIXES = ("UV_", "PIP_")


@dataclass(frozen=True)
class Completed:
    """A program that ended.

    Args:
        returncode: its exit status; negative for a signal, as in `subprocess`.
        timed_out: it was killed because its time was up.
    """

    returncode: int
    stdout: str
    stderr: str
    timed_out: bool = False


def installer_environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment for installers and git: settings of their own and of the network, no more."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name in _PASSED_ON or name.startswith(_PASSED_ON_PREFIXES)
    }
    return {**kept, **(extra or {})}


def kill_group(process: subprocess.Popen[str] | subprocess.Popen[bytes]) -> None:
    """Kill a process started with `start_new_session=True` and everything in its group."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    with suppress(ProcessLookupError):
        process.kill()
    process.wait()
    # The others of the group are as good as dead: seen to be gone, unless nobody buries them.
    until = time.monotonic() + _BURIAL
    with suppress(ProcessLookupError, PermissionError):
        while time.monotonic() < until:
            os.killpg(process.pid, 0)
            time.sleep(0.005)


class Running:
    """The processes of a run that are alive, so that all of them can be ended at once."""

    def __init__(self) -> None:
        self._processes: list[subprocess.Popen[str] | subprocess.Popen[bytes]] = []
        self._stopped = False

    def add(self, process: subprocess.Popen[str] | subprocess.Popen[bytes]) -> None:
        """Know one more; after `stop` it is killed at once."""
        self._processes.append(process)
        if self._stopped:
            kill_group(process)

    def stop(self) -> None:
        """Kill all that run, and all that are still to come."""
        self._stopped = True
        for process in tuple(self._processes):
            if process.poll() is None:
                kill_group(process)


def start(
    command: Sequence[str | os.PathLike[str]],
    *,
    limits: Limits | None = None,
    mark: str | None = None,
    **options: Any,
) -> subprocess.Popen[Any]:
    """Start a process in a session of its own, leaving none behind if a signal comes meanwhile.

    A handler that raises may do so in the midst of `Popen`, after the process has come to life and
    before anyone can name it. Handlers run in the main thread alone, so another one starts it.
    That one may not be waited for, if the handler raised while it was itself being started: it
    starts nothing any more once it is too late.

    Args:
        limits: what it may do, where the system can confine it; None for all that this one may.
        mark: of the run that it belongs to.
        options: as for `subprocess.Popen`.

    Raises:
        OSError: it can't be started.
    """
    started: list[subprocess.Popen[Any]] = []
    starting, too_late = threading.Lock(), threading.Event()

    def begin() -> None:
        with starting:
            if not too_late.is_set():
                if limits is not None:  # this thread ends; the process it starts stays confined
                    landlock.confine_thread(limits)
                parts = [os.fspath(part) for part in command]
                started.append(subprocess.Popen(parts, start_new_session=True, **options))
                if mark is not None:
                    marks.put_on(started[-1].pid, mark)

    try:
        with ThreadPoolExecutor(max_workers=1) as pool:
            pool.submit(begin).result()
        return started[0]
    except BaseException:
        with starting:
            too_late.set()
            for process in started:
                kill_group(process)
        raise


def run(
    command: Sequence[str | os.PathLike[str]],
    *,
    env: Mapping[str, str],
    cwd: Path | None = None,
    stdin: str | None = None,
    timeout: float | None = None,
    limits: Limits | None = None,
    mark: str | None = None,
    started: Callable[[subprocess.Popen[str]], None] | None = None,
) -> Completed:
    """Run a program to its end and return what it said.

    Args:
        command: the program and its arguments; no shell is involved.
        env: its whole environment.
        cwd: its working directory.
        stdin: text for its standard input; None gives it an empty one.
        timeout: seconds after which its process group is killed.
        limits: what it may do, where the system can confine it; None for all that this one may.
        mark: of the run that it belongs to.
        started: told of the process once it runs, so that another thread can end it.

    Raises:
        FileNotFoundError: the program does not exist.
    """
    process = start(
        command,
        limits=limits,
        mark=mark,
        env=dict(env) if mark is None else {**env, marks.VARIABLE: mark},
        cwd=cwd,
        stdin=subprocess.DEVNULL if stdin is None else subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        errors="replace",
    )
    try:
        if started is not None:
            started(process)
        stdout, stderr = process.communicate(stdin, timeout=timeout)
    except subprocess.TimeoutExpired:
        kill_group(process)
        stdout, stderr = process.communicate()
        return Completed(process.returncode, stdout, stderr, timed_out=True)
    except BaseException:
        kill_group(process)
        raise
    finally:
        _close(stream for stream in (process.stdin, process.stdout, process.stderr))
    return Completed(process.returncode, stdout, stderr)


def signal_name(number: int) -> str:
    """A signal's name, as in `SIGKILL`."""
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def _close(streams: Iterable[object]) -> None:
    for stream in streams:
        if stream is not None and hasattr(stream, "close"):
            with suppress(OSError):
                stream.close()
