"""Runs pytest in an environment and says what became of each test, on a channel of its own.

Started as `python -c BOOTSTRAP staged descriptor JSON`. The JSON object holds `folder` (the copy of
the consumer's checkout, the working directory), `arguments` for pytest, `nonce`, `roots` (the
provider's import packages), `own` (folders with the consumer's code), `memory` (bytes) and `watch`
(whether to note what the tests do with the provider).

Answers are lines of JSON on the descriptor, each with the nonce:

    {"nonce": …, "kind": "start", "id": …}
    {"nonce": …, "kind": "result", "id": …, "outcome": "passed|failed|error|skipped",
     "seconds": …, "exception": {"type", "message", "file", "line"} or null}
    {"nonce": …, "kind": "shown", "built": [{"model", "way", "data", "file", "line"}],
     "reached": ["module:qualname"]}
    {"nonce": …, "kind": "end", "status": pytest's exit status, "providers": {root: file}}
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
import threading
from typing import Any

from contract_check_probe.watching import Watch

_LONGEST = 2000


class Channel:
    """Writes lines; a test that forked has no say on it."""

    def __init__(self, descriptor: int, nonce: str) -> None:
        self._descriptor = descriptor
        self._nonce = nonce
        self._process = os.getpid()
        self._lock = threading.Lock()

    def say(self, kind: str, **facts: Any) -> None:
        if os.getpid() != self._process:
            return
        line = json.dumps({"nonce": self._nonce, "kind": kind, **facts}) + "\n"
        data = memoryview(line.encode())
        with self._lock, contextlib.suppress(OSError):
            while data:
                data = data[os.write(self._descriptor, data) :]


def run(descriptor: int, text: str) -> None:
    """Run the tests that the JSON text asks for; ends the process."""
    asked = json.loads(text)
    os.set_inheritable(descriptor, False)
    if asked["memory"] and sys.platform == "linux":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (asked["memory"], asked["memory"]))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.chdir(asked["folder"])
    channel = Channel(descriptor, asked["nonce"])
    try:
        import pytest
    except ImportError:
        channel.say("end", status=-1, providers={})
        os._exit(0)
    plugin = make_plugin(pytest, channel, asked["own"])
    watch = Watch(asked["roots"], asked["own"])
    if asked.get("watch"):
        watch.start()
    status = int(pytest.main(asked["arguments"], plugins=[plugin]))
    sys.stdout.flush()
    if asked.get("watch"):
        watch.stop()
        channel.say("shown", built=watch.built, reached=list(watch.reached))
    channel.say("end", status=status, providers=_providers(asked["roots"]))
    os._exit(0)  # what tests left in threads and `atexit` must not keep the process


def _providers(roots: list[str]) -> dict[str, str]:
    """Where the provider's packages were imported from."""
    found: dict[str, str] = {}
    for root in roots:
        module = sys.modules.get(root)
        file = getattr(module, "__file__", None)
        if file is None and module is not None:
            file = next(iter(getattr(module, "__path__", ())), None)
        if isinstance(file, str):
            found[root] = os.path.realpath(file)
    return found


def make_plugin(pytest: Any, channel: Channel, own: list[str]) -> Any:
    """The pytest plugin that reports to the channel."""

    class Plugin:
        _name = "contract-check"

        @pytest.hookimpl(wrapper=True)  # type: ignore[untyped-decorator]
        def pytest_runtest_makereport(self, item: Any, call: Any) -> Any:
            report = yield
            if call.excinfo is not None and report.outcome == "failed":
                fact = describe(call.excinfo.value, call.excinfo.tb, own)
                report.user_properties.append((self._name, fact))
            return report

        def pytest_runtest_logstart(self, nodeid: str) -> None:
            channel.say("start", id=nodeid)

        def pytest_runtest_logreport(self, report: Any) -> None:
            if report.when != "call" and report.outcome == "passed":
                return
            outcome = report.outcome
            if outcome == "failed" and report.when != "call":
                outcome = "error"
            facts = [fact for name, fact in report.user_properties if name == self._name]
            exception = facts[-1] if facts and outcome in ("failed", "error") else None
            if outcome == "failed" and exception is None:  # an unexpected pass, where it is strict
                said = str(report.longrepr)[:_LONGEST]
                exception = {"type": "Failed", "message": said, "file": None, "line": None}
            channel.say(
                "result",
                id=report.nodeid,
                outcome=outcome,
                seconds=report.duration,
                exception=exception,
            )

        @pytest.hookimpl(wrapper=True)  # type: ignore[untyped-decorator]
        def pytest_load_initial_conftests(self, early_config: Any) -> Any:
            try:
                return (yield)
            except Exception as error:
                self._tell_of_conftest(error, early_config)
                raise

        def _tell_of_conftest(self, error: Exception, config: Any) -> None:
            """Without its conftest, none of the tests beside it can be run."""
            cause = getattr(error, "cause", None) or (getattr(error, "excinfo", None) or [0, 0])[1]
            path = getattr(error, "path", None)
            if path is None or not isinstance(cause, BaseException):
                return
            channel.say(
                "result",
                id=os.path.relpath(str(path), str(config.rootpath)),
                outcome="error",
                seconds=0.0,
                exception=describe(cause, cause.__traceback__, own),
            )

        @pytest.hookimpl(wrapper=True)  # type: ignore[untyped-decorator]
        def pytest_make_collect_report(self, collector: Any) -> Any:
            report = yield
            if report.outcome == "failed":
                call = getattr(report, "call", None)
                info = getattr(call, "excinfo", None)
                fact = info and describe(info.value, info.tb, own)
                said = str(report.longrepr).strip().splitlines()
                channel.say(
                    "result",
                    id=report.nodeid or "collection",
                    outcome="error",
                    seconds=0.0,
                    exception=fact
                    or {"type": "CollectError", "message": said[-1] if said else "", "file": None,
                        "line": None},
                )  # fmt: skip
            return report

    return Plugin()


def describe(error: BaseException, traceback: Any, own: list[str]) -> dict[str, Any]:
    """An exception, and the deepest line of the consumer's that it went through.

    A wrapper that pytest puts around an import error stands for what it wraps.
    """
    wrapped = error.__cause__ or error.__context__
    if type(error).__name__ == "CollectError" and wrapped is not None:
        error, traceback = wrapped, wrapped.__traceback__
    file, line = None, None
    while traceback is not None:
        name = os.path.realpath(traceback.tb_frame.f_code.co_filename)
        if any(name.startswith(folder) for folder in own):
            file, line = name, traceback.tb_lineno
        traceback = traceback.tb_next
    if isinstance(error, SyntaxError) and error.filename and file is None:
        file, line = os.path.realpath(error.filename), error.lineno
    try:
        message = str(error)
    except Exception:  # noqa: BLE001 - an exception of the code under test may not even print
        message = ""
    return {
        "type": type(error).__name__,
        "message": message[:_LONGEST],
        "file": file,
        "line": line,
    }
