"""One probe process and the conversation with it."""

from __future__ import annotations

import contextlib
import importlib.util
import json
import secrets
import select
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

from pydantic import BaseModel, ValidationError

import contract_check_probe
from contract_check.model.errors import CheckError, Side
from contract_check.model.fingerprints import Fingerprints
from contract_check.model.observation import (
    Described,
    Evaluated,
    Failure,
    Payload,
    Replayed,
    Schemas,
    ToldSchema,
)
from contract_check.observe.definitions import Definitions
from contract_check.observe.output import OutputTail
from contract_check.observe.programs import module_paths
from contract_check.observe.surroundings import Surroundings
from contract_check.support.documents import json_of
from contract_check.support.marks import kill_marked
from contract_check.support.process import kill_group, signal_name
from contract_check.support.redact import tail

_BOOTSTRAP = (
    "sys.path.insert(0, sys.argv[1]); sys.path[:0] = sys.argv[3:];"
    "from contract_check_probe import serving; sys.path.remove(sys.argv[1]);"
    "descriptor = int(sys.argv[2]); sys.argv[:] = ['']; serving.serve(descriptor)"
)
M = TypeVar("M", bound=BaseModel)

_LARGEST_ANSWER = 256 * 1024 * 1024
_FLUSH = 0.3
"""Seconds to wait for the end of the output of a process that has ended."""
NO_END = "NoEnd"
"""What the probe names an import that came to no end."""
_OF_AN_IMPORT = 0.8
"""The part of the time-out after which an import is interrupted: before the host ends it."""
_OF_ALL_PAYLOADS = 0.6
_OF_AN_ITEM = 0.1
"""The same for all payloads of one request, and for one payload or one part of a symbol."""


@dataclass(frozen=True)
class Item:
    """What a probe was at: the kind (`module`, `symbol`, `payloads`, …) and the name."""

    kind: str
    name: str


class LostProbeError(CheckError):
    """The probe ended, or hangs, while it was at something.

    Args:
        at: what that was, where it is known.
    """

    def __init__(self, error: CheckError, at: Item | None) -> None:
        super().__init__(
            error.message,
            stage=error.stage,
            side=error.side,
            hint=error.hint,
            detail=error.detail,
        )
        self.at = at


def stage_probe(folder: Path) -> Path:
    """Copy the probe into a folder of its own, so that nothing of the host lies beside it.

    Its bytecode goes along, for interpreters of the host's version: compiling is a fifth of a
    probe's start. What is not compiled yet is compiled where Python itself would put it.

    Returns:
        The folder to put on the probe's `sys.path`.
    """
    source = Path(contract_check_probe.__file__).parent
    target = folder / "probe" / "contract_check_probe"
    (target / "__pycache__").mkdir(parents=True)
    for file in source.glob("*.py"):
        copy = Path(shutil.copy2(file, target))
        with contextlib.suppress(OSError):  # then each probe compiles for itself
            _stage_bytecode(file, copy)
    return target.parent


def _stage_bytecode(source: Path, copy: Path) -> None:
    there, here = (importlib.util.cache_from_source(str(file)) for file in (source, copy))
    if not Path(there).is_file() or Path(there).stat().st_mtime < source.stat().st_mtime:
        import py_compile

        if sys.dont_write_bytecode:
            py_compile.compile(str(copy), here)
            return
        py_compile.compile(str(source), there)
    shutil.copyfile(there, here)


class ProbeSession:
    """A probe in one environment, as a context manager.

    Args:
        python: the environment's interpreter.
        side: which environment this is, for error messages.
        staged: what `stage_probe` returned.
        surroundings: variables, folders and limits.
        paths: folders put in front of `sys.path`, for packages that are not installed.
        name: tells several sessions of one run apart.
        seed: of hashes, which the order of sets follows from.
    """

    def __init__(
        self,
        python: Path,
        side: Side,
        *,
        staged: Path,
        surroundings: Surroundings,
        paths: Sequence[Path] = (),
        name: str = "",
        seed: int = 0,
    ) -> None:
        self._python = python
        self._side: Side = side
        self._staged = staged
        self.surroundings = surroundings
        self._paths = tuple(paths)
        self._name = name or side
        self._seed = seed
        self._buffer = bytearray()
        self._bounded = False
        self._subject = "the code under test"
        self._at: Item | None = None

    def __enter__(self) -> Self:
        ours, theirs = socket.socketpair()
        self._socket = ours
        channel = str(theirs.fileno())
        try:
            self._process = self.surroundings.start(
                self._name,
                [self._python, _BOOTSTRAP, self._staged, channel, *self._paths],
                stderr=subprocess.STDOUT,
                seed=self._seed,
                pass_fds=(theirs.fileno(),),
                readable=(self._staged, *self._paths),
            )
        except OSError as error:
            ours.close()
            raise CheckError(
                f"the interpreter {self._python} could not be started: {error.strerror}",
                stage="probe",
                side=self._side,
                hint="Check that the environment is whole, or choose another with --python.",
            ) from error
        finally:
            theirs.close()
        assert self._process.stdout is not None
        self._output = OutputTail(self._process.stdout)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        # In this order: the death of the process wakes a thread that waits at the socket.
        self._stop()
        self._socket.close()

    def observe(
        self,
        modules: Sequence[str],
        symbols: Sequence[str],
        imported: Collection[str] = (),
    ) -> Described:
        """Import modules and describe symbols.

        Args:
            modules: to import, in this order.
            symbols: to describe.
            imported: those of them that are taken by `from module import name`, which imports a
                submodule of that name.

        Raises:
            LostProbeError: the probe gave no answer.
        """
        self._subject = "importing the packages"
        asked = {"modules": modules, "symbols": symbols, "imported": imported}
        limits = {
            "seconds": self.surroundings.timeout * _OF_AN_IMPORT,
            "part_seconds": self.surroundings.timeout * _OF_AN_ITEM,
        }
        answer = self._ask("observe", {name: list(refs) for name, refs in asked.items()} | limits)
        return self._parsed(Described, answer)

    def evaluate(self, tests: Sequence[tuple[str, str]]) -> tuple[bool | None, ...]:
        """Whether tests of the consumer's are true in its modules.

        Args:
            tests: a module's name and an expression, in the terms of that module.

        Returns:
            In the same order; None where that can't be told.

        Raises:
            CheckError: the probe gave no answer.
        """
        self._subject = "evaluating what the consumer asks about versions"
        answer = self._ask("evaluate", {"tests": [list(test) for test in tests]})
        return self._parsed(Evaluated, answer).answers

    def schemas(self, symbols: Sequence[str]) -> dict[str, ToldSchema]:
        """Return the JSON Schemas of models, by ref.

        Each document is whole, and its definitions are the same objects as the others'.

        Raises:
            LostProbeError: the probe gave no answer.
        """
        self._subject = "describing the models"
        seconds = self.surroundings.timeout * _OF_AN_ITEM
        asked = {"symbols": list(symbols), "part_seconds": seconds}
        answer = self._parsed(Schemas, self._ask("schemas", asked))
        shared = Definitions(answer.definitions)
        return {
            ref: told
            if told.document is None
            else told.model_copy(update={"document": shared.whole(told.document)})
            for ref, told in answer.schemas.items()
        }

    def fingerprint(
        self, symbols: Sequence[str], provider: Collection[str], own: Collection[str]
    ) -> Fingerprints:
        """Say what models are made of, code included.

        Args:
            symbols: the models.
            provider: the top-level names of the provider's packages.
            own: those of the consumer's, whose code is followed too.

        Raises:
            CheckError: the probe gave no answer.
        """
        self._subject = "comparing what the models are made of"
        asked = {"symbols": symbols, "provider": sorted(provider), "own": sorted(own)}
        answer = self._ask("fingerprint", {name: list(refs) for name, refs in asked.items()})
        return self._parsed(Fingerprints, answer)

    def replay(
        self,
        *,
        payloads: Sequence[Payload] = (),
        calls: Sequence[Mapping[str, Any]] = (),
        scenarios: Sequence[Mapping[str, Any]] = (),
        http: Sequence[Mapping[str, Any]] = (),
    ) -> Replayed:
        """Replay payloads, factory calls, scenarios and requests.

        Raises:
            LostProbeError: the probe gave no answer.
        """
        self._subject = "replaying the contracts"
        answer = self._ask(
            "replay",
            {
                "payloads": [
                    {
                        "id": payload.id,
                        "model": payload.model,
                        "data": payload.data,
                        "mode": payload.mode,
                        "read_by": payload.read_by,
                    }
                    for payload in payloads
                ],
                "seconds": self.surroundings.timeout * _OF_ALL_PAYLOADS,
                "item_seconds": self.surroundings.timeout * _OF_AN_ITEM,
                "calls": list(calls),
                "scenarios": list(scenarios),
                "http": list(http),
            },
        )
        return self._parsed(Replayed, answer)

    def finish(self, modules: Sequence[str] = ()) -> dict[str, tuple[Path, ...]]:
        """Ask the probe to end, so that code under test which hangs at exit can't pass unseen.

        Args:
            modules: whose files are wanted, of those that were imported.

        Returns:
            Modules to the files, or for namespace packages the folders, they came from.
        """
        return module_paths(self._ask("end", {"modules": list(modules)}).get("modules"))

    def _ask(self, operation: str, arguments: dict[str, Any]) -> dict[str, Any]:
        if not self._bounded:  # not on entering: two interpreters start side by side
            self._bounded = True
            self._exchange("limits", {"memory": self.surroundings.memory_limit * 1024 * 1024})
        return self._exchange(operation, arguments)

    def _exchange(self, operation: str, arguments: dict[str, Any]) -> dict[str, Any]:
        nonce = secrets.token_hex(16)
        request = {"nonce": nonce, "op": operation, "arguments": arguments}
        self._at = None
        self._send(json.dumps(request, separators=(",", ":")).encode() + b"\n", self._deadline())
        answer = self._said(nonce)
        while "at" in answer:
            self._at = Item(*map(str, answer["at"]))
            answer = self._said(nonce)
        if "fault" in answer:
            fault = answer["fault"]
            raise self._error(
                f"the probe failed in {operation!r}: {fault['type']}: {fault['message']}",
                hint="This is a bug in contract-check; please report it.",
                detail="\n".join(fault.get("where", ())),
            )
        result: dict[str, Any] = answer["result"]
        return result

    def _deadline(self) -> float:
        return time.monotonic() + self.surroundings.timeout

    def _said(self, nonce: str) -> dict[str, Any]:
        """The next note of what the probe is at, or the answer."""
        try:
            answer = json_of(self._line(self._deadline()))
            genuine = isinstance(answer, dict) and answer.get("nonce") == nonce
        except ValueError:
            genuine = False
        if not genuine:
            raise self._error(
                f"an answer on the probe's channel was not the probe's, while {self._subject}",
                hint="Code that is imported wrote to a descriptor that is not its own.",
            )
        told: dict[str, Any] = answer
        return told

    def _send(self, data: bytes, deadline: float) -> None:
        view = memoryview(data)
        self._socket.setblocking(False)
        while view:
            _, writable, _ = select.select([], [self._socket], [], self._remaining(deadline))
            if not writable:
                raise self.timed_out()
            try:
                view = view[self._socket.send(view) :]
            except BlockingIOError:
                continue
            except OSError as error:
                raise self._ended() from error

    def _line(self, deadline: float) -> bytes:
        while (end := self._buffer.find(b"\n")) < 0:
            readable, _, _ = select.select([self._socket], [], [], self._remaining(deadline))
            if not readable:
                raise self.timed_out()
            try:
                received = self._socket.recv(1 << 18)
            except BlockingIOError:
                continue
            except OSError as error:
                raise self._ended() from error
            if not received:
                raise self._ended()
            self._buffer += received
            if len(self._buffer) > _LARGEST_ANSWER:
                raise self._error("the probe's answer is larger than 256 MiB", hint="")
        line = bytes(self._buffer[:end])
        del self._buffer[: end + 1]
        return line

    def _remaining(self, deadline: float) -> float:
        return max(0.0, deadline - time.monotonic())

    def timed_out(self) -> LostProbeError:
        """The error for code that comes to no end; the process is ended."""
        told = self._error(
            f"no answer within {self.surroundings.timeout:g} s, while {self._subject}",
            hint="Raise --timeout if the packages are that slow; otherwise something hangs.",
        )
        return LostProbeError(told, self._at)

    def _ended(self) -> LostProbeError:
        return LostProbeError(self._how_it_ended(), self._at)

    def _how_it_ended(self) -> CheckError:
        """The channel was closed: by the end of the process, or by imported code."""
        try:
            status = self._process.wait(timeout=2)
        except subprocess.TimeoutExpired:
            return self._error(
                f"the channel was closed, while {self._subject}",
                hint="Code that is imported closes descriptors that are not its own.",
            )
        if status < 0:
            how = f"was killed by {signal_name(-status)}"
            hint = "A crash or the system's memory killer; see the tail of its output."
        else:
            how = f"exited with status {status}"
            hint = (
                "The code under test ends the process: neither importing nor using it may do that."
            )
        return self._error(f"the process {how}, while {self._subject}", hint=hint)

    def fatal(self, name: str, failure: Failure) -> CheckError:
        """The error for an import that wanted to end the process; the process is ended."""
        if failure.type == NO_END:
            return self.timed_out()
        raised = failure.frames[-1] if failure.frames else None
        return self._error(
            f"importing {name} raised {failure.type}"
            f"{': ' + failure.message if failure.message else ''}"
            f"{f' (in {raised.file}, line {raised.line})' if raised else ''}",
            hint=_hint_for(failure.type),
        )

    def _error(self, message: str, *, hint: str, detail: str = "") -> CheckError:
        self._stop()
        return CheckError(
            f"{self._side}: {message}",
            stage="probe",
            side=self._side,
            hint=hint,
            detail=detail or tail(self._printed()),
        )

    def _printed(self) -> str:
        return self.surroundings.shown(self._output.text, self._name, self._python, self._paths)

    def _parsed(self, model: type[M], answer: dict[str, Any]) -> M:
        _build(model)
        try:
            return model.model_validate(answer)
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            place = ".".join(map(str, first["loc"]))
            raise self._error(
                f"the probe's answer can't be read at {place}: {first['msg']}",
                hint="This is a bug in contract-check; please report it.",
            ) from error

    def _stop(self) -> None:
        kill_group(self._process)
        if not self._output.ended(_FLUSH):  # a process that left the group holds its output
            kill_marked(self.surroundings.mark_of(self._name))
            self._output.ended(_FLUSH)


_BUILDING = threading.Lock()


def make_ready() -> None:
    """Build what reads the probes' answers, which else the first answer would wait for."""
    for model in (Described, Fingerprints, Replayed, Schemas):
        _build(model)


def _build(model: type[BaseModel]) -> None:
    """Build a model's validator once: sessions in several threads need it at the same time."""
    with _BUILDING:
        model.model_rebuild()


def _is_own_end(failure: Failure, roots: Collection[str]) -> bool:
    """Whether a module ended the process itself, without the provider having a part in it."""
    tops = {frame.module.partition(".")[0] for frame in failure.frames}
    return failure.type == "SystemExit" and not tops & frozenset(roots)


def _hint_for(exception: str) -> str:
    if exception == "MemoryError":
        return "Raise --memory-limit if the packages need that much."
    return "Importing a package must not end the process."
