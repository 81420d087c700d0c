"""Processes of this Python that start with Pydantic imported: forked, in place of started anew.

The table of examples starts some thousands of probes and witnesses; importing Pydantic is most of
what each of them does. A `Nursery` is a process that has imported it and forks one child for each
start that is asked for. The child becomes a process of its own session with the descriptors,
variables, folder, arguments and program of the one that was asked for, and its exit is the
interpreter's own. Only the examples of rules use it: whatever is about processes starts real ones,
and `tests/rules/test_warm.py` holds what both find against each other.
"""

from __future__ import annotations

import array
import ctypes
import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from contract_check.support.process import start

_SUBREAPER = 36
"""PR_SET_CHILD_SUBREAPER of <linux/prctl.h>: a grandchild whose parent ends becomes our child."""

_NURSERY = """
import array, asyncio, atexit, gc, json, os, signal, socket, sys, tempfile, typing
import contextlib, inspect, importlib.metadata, importlib.util, platform, runpy, traceback, resource
import annotated_types, pydantic, pydantic_core, typing_extensions
from pydantic import TypeAdapter, BaseModel, ConfigDict, Field, RootModel, field_validator
from pydantic import field_serializer, model_validator, json_schema, deprecated, networks, types

_channel = socket.socket(fileno=int(sys.argv[1]))
gc.collect()
gc.freeze()
_modules = frozenset(sys.modules)

def _next():
    while True:
        data, ancillary, _, _ = _channel.recvmsg(1 << 20, 4096)
        if not data:
            os._exit(0)
        received = array.array("i")
        for _, _, part in ancillary:
            received.frombytes(part[: len(part) - len(part) % received.itemsize])
        said = json.loads(data)
        ready, told = os.pipe()
        middle = os.fork()
        if not middle:
            if os.fork():
                os._exit(0)
            os.setsid()
            os.write(told, str(os.getpid()).encode())
            os.close(told)
            os.close(ready)
            return said, received
        os.close(told)
        os.waitpid(middle, 0)
        _channel.sendall(os.read(ready, 32) + b"\\n")
        os.close(ready)
        for descriptor in received:
            os.close(descriptor)

def _become(said, received):
    _channel.close()
    lowest = max([*received, *said["descriptors"], 2]) + 1
    moved = [os.dup2(item, lowest + number) for number, item in enumerate(received)]
    for item in received:
        os.close(item)
    for source, target in zip(moved, said["descriptors"]):
        os.dup2(source, target)
        os.close(source)
    os.chdir(said["folder"])
    os.environ.clear()
    os.environ.update(said["variables"])
    tempfile.tempdir = None
    sys.argv[:] = ["-c", *said["arguments"]]

_said, _received = _next()
_become(_said, _received)
_program = _said["program"]
for _name in [name for name in globals() if name not in ("__name__", "__builtins__", "_program")]:
    del globals()[_name]
del _name
exec(compile(_program, "<string>", "exec"))
"""


class Nursery:
    """A process that has imported Pydantic, and forks.

    Args:
        seed: of hashes, for the processes it makes.
    """

    def __init__(self, seed: str) -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._channel, self._lock = ours, threading.Lock()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-s", "-c", _NURSERY, str(theirs.fileno())],
                env={"PATH": os.defpath, "PYTHONHASHSEED": seed},
                stdin=subprocess.DEVNULL,
                pass_fds=(theirs.fileno(),),
            )

    def start(
        self,
        program: str,
        arguments: Sequence[str],
        variables: Mapping[str, str],
        folder: Path,
        descriptors: Mapping[int, int],
    ) -> int:
        """Fork a process that runs a program.

        Args:
            descriptors: its number in the process to ours.

        Returns:
            The number of the process, which is a child of ours.
        """
        said = {
            "program": program,
            "arguments": list(arguments),
            "variables": dict(variables),
            "folder": str(folder),
            "descriptors": list(descriptors),
        }
        handed = array.array("i", descriptors.values())
        ancillary = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, handed)]
        with self._lock:
            self._channel.sendmsg([json.dumps(said).encode()], ancillary)
            answer = self._channel.recv(64)
        if not answer:
            raise RuntimeError(f"the nursery ended with {self._process.wait()}")
        return int(answer)

    def close(self) -> None:
        """End it; what it forked goes on."""
        self._channel.close()
        self._process.wait()


class _Forked(subprocess.Popen[bytes]):
    """A process that a nursery forked, as `subprocess` knows it."""

    def __init__(self, number: int, command: Sequence[str], streams: Mapping[str, Any]) -> None:
        self.args, self.pid, self.returncode = list(command), number, None
        self.stdin, self.stdout, self.stderr = None, streams.get("stdout"), streams.get("stderr")
        self._child_created, self._input, self._communication_started = True, None, False
        self._waitpid_lock, self._sigint_wait_secs = threading.Lock(), 0.25
        self.text_mode = self.encoding = self.errors = None


class Warm:
    """Starts processes as `support.process.start` does, where they are of this Python."""

    def __init__(self) -> None:
        ctypes.CDLL(None, use_errno=True).prctl(_SUBREAPER, 1, 0, 0, 0)
        self._nurseries: dict[str, Nursery] = {}
        self._lock = threading.Lock()

    def start(
        self, command: Sequence[str | os.PathLike[str]], **options: Any
    ) -> subprocess.Popen[Any]:
        """Fork what `command` (an interpreter, `-s`, `-c`, a program, arguments) would start.

        Other programs (a type checker) are started.
        """
        if os.fspath(command[0]) != sys.executable:
            return start(command, **options)
        python, isolated, how, program, *arguments = (os.fspath(part) for part in command)
        assert (python, isolated, how) == (sys.executable, "-s", "-c"), command
        streams: dict[str, Any] = {}
        opened: list[int] = []
        descriptors: dict[int, int] = {0: os.open(os.devnull, os.O_RDONLY)}
        opened.append(descriptors[0])
        for number, name in ((1, "stdout"), (2, "stderr")):
            if options[name] == subprocess.PIPE:
                reading, writing = os.pipe()
                streams[name] = os.fdopen(reading, "rb")
                opened.append(writing)
                descriptors[number] = writing
            elif options[name] == subprocess.STDOUT:
                descriptors[number] = descriptors[1]
            else:
                descriptors[number] = options[name]
        descriptors |= {number: number for number in options.get("pass_fds", ())}
        variables = options["env"]
        try:
            nursery = self._nursery(variables["PYTHONHASHSEED"])
            number = nursery.start(program, arguments, variables, options["cwd"], descriptors)
        finally:
            for descriptor in opened:
                os.close(descriptor)
        return _Forked(number, [python, isolated, how, program, *arguments], streams)

    def _nursery(self, seed: str) -> Nursery:
        with self._lock:
            if seed not in self._nurseries:
                self._nurseries[seed] = Nursery(seed)
            return self._nurseries[seed]

    def close(self) -> None:
        """End the nurseries."""
        for nursery in self._nurseries.values():
            nursery.close()
