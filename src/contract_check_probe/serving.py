"""The probe's operations and its loop."""

from __future__ import annotations

import contextlib
import gc
import os
import platform
import sys
import traceback
from collections.abc import Callable, Iterator
from typing import Any

from contract_check_probe import asgi, fingerprints, replaying
from contract_check_probe.channel import Channel
from contract_check_probe.describing import describe
from contract_check_probe.importing import came_to_no_end, import_module, took_all_memory
from contract_check_probe.limits import within
from contract_check_probe.program import module_files
from contract_check_probe.schemas import Pool

_exit = os._exit
"""Taken now: imported code may put another function in its place."""

_TEST_SECONDS = 2.0
_CHANNEL_LOST = 70
"""Exit status (EX_SOFTWARE) when there is nobody left to tell."""


def limits(arguments: dict[str, Any]) -> dict[str, Any]:
    """Bound this process's memory: `memory` in bytes of address space, or what is left of it.

    Who runs the check may have a lower limit already, which only root may raise.
    """
    try:
        import resource
    except ImportError:  # no such limits on this platform
        return {"memory": None}
    _, most = resource.getrlimit(resource.RLIMIT_AS)
    memory = arguments["memory"]
    if most != resource.RLIM_INFINITY:
        memory = min(memory, most)
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    return {"memory": memory}


Told = Callable[[str, str], None]
"""Says what comes next: its kind and name."""


def observe(arguments: dict[str, Any], told: Told) -> dict[str, Any]:
    """Import `modules` in order, then describe `symbols`; those in `imported` are taken by a
    `from` import.

    An import that took all memory, or came to no end, is the last one: the others would go the
    same way. `seconds` says how long one import may take, `part_seconds` one part of a symbol.
    """
    modules: list[dict[str, Any]] = []
    with _no_collection():
        for name in arguments["modules"]:
            told("module", name)
            modules.append(import_module(name, arguments["seconds"]))
            if took_all_memory(modules[-1]) or came_to_no_end(modules[-1]):
                return {"modules": modules, "symbols": {}, "runtime": _runtime()}
    imported = frozenset(arguments["imported"])
    symbols: dict[str, dict[str, Any]] = {}
    for ref in arguments["symbols"]:
        told("symbol", ref)
        symbols[ref] = describe(ref, imported=ref in imported, seconds=arguments["part_seconds"])
    return {"modules": modules, "symbols": symbols, "runtime": _runtime()}


def schemas(arguments: dict[str, Any], told: Told) -> dict[str, Any]:
    """The JSON Schemas of `symbols`, see `schemas.Pool`; `part_seconds` says how long one of them
    may take."""
    pool = Pool(arguments["part_seconds"])
    found: dict[str, Any] = {}
    for ref in arguments["symbols"]:
        told("symbol", ref)
        found[ref] = pool.told(ref)
    return {"schemas": found, "definitions": pool.definitions}


def evaluate(arguments: dict[str, Any]) -> dict[str, Any]:
    """Whether each of `tests`, pairs of a module and an expression, is true in that module.

    None where the module is not imported, or the expression raises.
    """
    return {"answers": [_truth(module, test) for module, test in arguments["tests"]]}


def _truth(module: str, test: str) -> bool | None:
    home = sys.modules.get(module)
    if home is None:
        return None
    try:
        with within(_TEST_SECONDS):
            return bool(eval(compile(test, "<test>", "eval"), vars(home), {}))
    except BaseException:  # noqa: BLE001 - whatever code under test raises, that is not known
        return None


@contextlib.contextmanager
def _no_collection() -> Iterator[None]:
    """Import without the garbage collector, which costs a tenth of the time and finds nothing.

    What was imported stays, so that later collections need not look at it either.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def replay(arguments: dict[str, Any], told: Told) -> dict[str, Any]:
    """Replay `payloads`, call `calls`, run `scenarios`, send `http`.

    `seconds` says how long all payloads together may take, and `item_seconds` one of them.
    """
    payloads = replaying.Payloads(arguments["seconds"], arguments["item_seconds"])

    def each(kind: str, make: Callable[[dict[str, Any]], dict[str, Any]]) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        for item in arguments.get(kind, ()):
            told(kind, item["id"])
            found.append(make(item))
        return found

    return {
        "outcomes": each("payloads", payloads.replay),
        "calls": each("calls", replaying.call_factory),
        "scenarios": each("scenarios", replaying.run_scenario),
        "http": each("http", asgi.send),
    }


def _runtime() -> dict[str, Any]:
    pydantic = sys.modules.get("pydantic")
    return {
        "python": platform.python_version(),
        "implementation": platform.python_implementation(),
        "platform": sys.platform,
        "pydantic": getattr(pydantic, "VERSION", None),
    }


_OPERATIONS: dict[str, Callable[[dict[str, Any], Told], dict[str, Any]]] = {
    "limits": lambda arguments, _told: limits(arguments),
    "observe": observe,
    "evaluate": lambda arguments, _told: evaluate(arguments),
    "replay": replay,
    "schemas": schemas,
    "fingerprint": lambda arguments, _told: fingerprints.fingerprint(arguments),
    "end": lambda arguments, _told: {"modules": module_files(arguments["modules"])},
}


def serve(descriptor: int) -> None:
    """Answer requests until the host says `end` or hangs up.

    Ends the process itself, without running what imported code left in `atexit`: threads or
    handlers of the code under test must not keep the process or change its outcome.
    """
    status = _CHANNEL_LOST
    try:
        _loop(Channel(descriptor))
        status = 0
    except BaseException as error:  # noqa: BLE001 - the status tells the host, this the person
        _say(f"probe: {type(error).__name__}: {error}\n")
    finally:
        _say("")
        _exit(status)


def _loop(channel: Channel) -> None:
    while (request := channel.read()) is not None:
        nonce = request["nonce"]

        def told(kind: str, name: str, nonce: str = nonce) -> None:
            channel.note({"nonce": nonce, "at": [kind, name]})

        channel.write({"nonce": nonce, **_answer(request, told)})
        if request["op"] == "end":
            return


def _say(text: str) -> None:
    """Flush what the code under test printed, and say a last word; nobody may be listening."""
    for stream, words in ((sys.__stdout__, ""), (sys.__stderr__, text)):
        with contextlib.suppress(OSError, ValueError, AttributeError):
            stream.write(words)  # type: ignore[union-attr]
            stream.flush()  # type: ignore[union-attr]


def _answer(request: dict[str, Any], told: Told) -> dict[str, Any]:
    try:
        return {"result": _OPERATIONS[request["op"]](request["arguments"], told)}
    except Exception as error:  # noqa: BLE001 - a bug here must reach the host as one
        where = [
            f"{frame.name}:{frame.lineno}" for frame in traceback.extract_tb(error.__traceback__)
        ]
        return {
            "fault": {"type": type(error).__name__, "message": str(error)[:2000], "where": where}
        }
