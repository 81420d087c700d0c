"""Runs witness programs in an environment."""

from __future__ import annotations

import json
import re
import secrets
import select
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import contract_check_probe
from contract_check.observe.output import OutputTail
from contract_check.observe.surroundings import Surroundings
from contract_check.support.documents import json_of
from contract_check.support.process import kill_group, signal_name
from contract_check.support.redact import tail

if sys.platform == "linux":
    import resource

_FLUSH = 0.5
"""Seconds to wait for the end of the output of a process that has ended."""
_LEAVING = 2.0
"""Seconds that a program which has answered may take to end by itself."""
_LOOK = 0.2
"""Seconds after which a process that does not answer is looked at."""
_LARGEST_ANSWER = 1 << 24

_EXCEPTION = re.compile(r"[A-Za-z_][\w.]*(Error|Exception|Warning|Interrupt|Exit)\b")


@dataclass(frozen=True)
class ProgramRun:
    """How a program ended.

    Args:
        passed: its last line ran. False too where `fault` says that nobody knows.
        summary: one line for people: how it ended, and the last line it printed.
        fault: why there is no answer: it crashed, hung or ended before its last line.
        by_hand: its exit status says the same as its answer.
        modules: where the modules that were asked for came from.
    """

    passed: bool
    summary: str
    fault: str | None = None
    by_hand: bool = True
    modules: Mapping[str, tuple[Path, ...]] = field(default_factory=dict)


def run_program(
    python: Path,
    code: str,
    *,
    surroundings: Surroundings,
    name: str,
    paths: Sequence[Path] = (),
    seed: int = 0,
    modules: Sequence[str] = (),
    leave: bool = False,
) -> ProgramRun:
    """Run a program, isolated as by `python -I`, in an empty folder and say how it ended.

    Args:
        python: the environment's interpreter.
        code: the whole program.
        surroundings: variables, folders and limits.
        name: tells several programs of one run apart.
        paths: folders put in front of `sys.path`, for packages that are not installed.
        seed: of hashes, which the order of sets follows from.
        modules: whose files are wanted, where they are imported.
        leave: end the process as soon as it has answered; its exit status then proves nothing.
    """
    _, work = surroundings.prepare(name)
    file = work / "witness.py"
    file.write_text(code, encoding="utf-8")
    ours, theirs = socket.socketpair()
    with ours:
        with theirs:
            command: list[str | Path] = [python, _runner(), file, str(theirs.fileno()), *paths]
            process = surroundings.start(
                name,
                command,
                stderr=subprocess.PIPE,
                seed=seed,
                pass_fds=(theirs.fileno(),),
                readable=paths,
            )
        assert process.stdout is not None
        assert process.stderr is not None
        streams = OutputTail(process.stderr), OutputTail(process.stdout)
        _limit_memory(process, surroundings.memory_limit)
        deadline = time.monotonic() + surroundings.timeout
        tokens = {"held": secrets.token_hex(16), "failed": secrets.token_hex(16)}
        try:
            request = {**tokens, "modules": list(modules), "leave": leave}
            answer = _answer(ours, process, request, deadline)
            by_hand = bool(answer) and _ends_alike(process, answer.get("token") == tokens["held"])
        finally:
            status = process.poll()
            kill_group(process)
            for stream in streams:
                stream.ended(_FLUSH)
    said = (surroundings.shown(stream.text, name, python, paths) for stream in streams)
    last = next(filter(None, map(_last_words, said)), "")
    files = module_paths(answer.get("modules"))
    if answer.get("token") == tokens["held"]:
        return ProgramRun(True, "exit 0", by_hand=by_hand, modules=files)
    if answer.get("token") == tokens["failed"]:
        summary = f"exit 1: {last}" if last else "exit 1"
        return ProgramRun(False, summary, by_hand=by_hand, modules=files)
    fault = _fault(status, time.monotonic() < deadline, surroundings.timeout)
    return ProgramRun(False, f"{fault}: {last}" if last else fault, fault=fault)


@cache
def _runner() -> str:
    return (Path(contract_check_probe.__file__).parent / "program.py").read_text(encoding="utf-8")


def _answer(
    channel: socket.socket,
    process: subprocess.Popen[bytes],
    request: Mapping[str, object],
    deadline: float,
) -> Mapping[str, object]:
    """What the program says over its channel; empty where it says nothing in time.

    The process may end before one that it forked, which goes on with the program, answers.
    """
    channel.settimeout(max(0.001, deadline - time.monotonic()))
    received = bytearray()
    with suppress(OSError):
        channel.sendall(json.dumps(request).encode() + b"\n")
        while b"\n" not in received and len(received) < _LARGEST_ANSWER:
            left = deadline - time.monotonic()
            if left <= 0:
                return {}
            if not select.select([channel], [], [], min(left, _LOOK))[0]:
                continue
            more = channel.recv(1 << 16)
            if not more:
                # The process is about to be gone: its status tells why.
                with suppress(subprocess.TimeoutExpired):
                    process.wait(_LOOK)
                return {}
            received += more
    with suppress(ValueError):
        document = json_of(bytes(received).partition(b"\n")[0])
        if isinstance(document, dict):
            return document
    return {}


def _ends_alike(process: subprocess.Popen[bytes], held: bool) -> bool:
    """Whether the process ends by itself with a status that says what its answer says."""
    try:
        return (process.wait(_LEAVING) == 0) is held
    except subprocess.TimeoutExpired:
        return False


def _fault(status: int | None, early: bool, timeout: float) -> str:
    if status is None:
        return "closed its channel" if early else f"no end within {timeout:g} s"
    if status < 0:
        return f"killed by {signal_name(-status)}"
    return f"ended with status {status} before its last line"


def module_paths(told: object) -> dict[str, tuple[Path, ...]]:
    """Where modules came from, as code under test tells it, which may be anything at all."""
    found: dict[str, tuple[Path, ...]] = {}
    for name, places in told.items() if isinstance(told, dict) else ():
        if isinstance(places, list):
            found[str(name)] = tuple(
                Path("/".join(map(str, parts))) for parts in places if isinstance(parts, list)
            )
    return found


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
