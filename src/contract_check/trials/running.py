"""One run of pytest in one environment, isolated as a probe is, in a copy of the checkout."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, JsonValue, ValidationError

from contract_check import observe
from contract_check.model import errors
from contract_check.model.errors import CheckError
from contract_check.observe.output import OutputTail
from contract_check.support.documents import json_of
from contract_check.support.process import kill_group
from contract_check.support.redact import tail

_BOOTSTRAP = (
    "sys.path.insert(0, sys.argv[1]); from contract_check_probe import testing;"
    "sys.path.remove(sys.argv[1]); descriptor, text = int(sys.argv[2]), sys.argv[3];"
    "sys.argv[:] = ['pytest']; testing.run(descriptor, text)"
)
_ALWAYS = ("-p", "no:cacheprovider", "--continue-on-collection-errors", "--color=no", "-q")
_MOST_LINES = 200_000
_FLUSH = 0.5
_NOTHING_COLLECTED, _USAGE = 5, 4

Outcome = Literal["passed", "failed", "error", "skipped", "flaky"]
"""`flaky` is what a run that was written down says of a test that came out in two ways."""


class Answer(BaseModel):
    """Base of what comes from the environment."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Raised(Answer):
    """What a test failed with, and the deepest line of the consumer's on the way."""

    type: str
    message: str = ""
    file: str | None = None
    line: int | None = None

    @property
    def first_line(self) -> str:
        """As the last line of a traceback begins: `AttributeError: no note`."""
        said = next(iter(self.message.strip().splitlines()), "")
        return f"{self.type}: {said}" if said else self.type


class Result(Answer):
    """What became of one test."""

    id: str
    outcome: Outcome
    seconds: float = 0.0
    exception: Raised | None = None

    @property
    def failed(self) -> bool:
        """Whether it failed, or could not even begin."""
        return self.outcome in ("failed", "error")


class BuiltModel(Answer):
    """A model that a test built, or the consumer in a test.

    Args:
        model: `module:qualname` of its class.
        way: by the constructor, or by `model_validate`.
        data: what it was given, as `contract_check_probe.watching` writes it.
        file: of the consumer's line that built it, as people call it.
        line: counted from one.
    """

    model: str
    way: Literal["constructor", "validate"]
    data: JsonValue
    file: str
    line: int


class Shown(Answer):
    """What the tests did with the provider: the models they built, the functions they called."""

    built: tuple[BuiltModel, ...] = ()
    reached: tuple[str, ...] = ()


class _End(Answer):
    status: int
    providers: dict[str, str]


@dataclass(frozen=True)
class Side:
    """One environment and what is tested in it.

    Args:
        side: which.
        python: its interpreter.
        sites: the folders that its provider may be imported from.
        roots: the provider's import packages.
        own: the folder with the consumer's installed code.
        files: the consumer's installed files, relative to it.
        paths: folders put in front of `sys.path`, for packages that are not installed.
        watched: note what the tests do with the provider.
    """

    side: errors.Side
    python: Path
    sites: tuple[Path, ...]
    roots: tuple[str, ...]
    own: Path
    files: tuple[str, ...]
    paths: tuple[Path, ...] = ()
    watched: bool = False


@dataclass(frozen=True)
class TestRun:
    """What one run came to.

    Args:
        results: id of a test (or of a file that could not be collected) to what became of it.
        status: pytest's exit status.
        providers: the provider's import packages to where they were imported from.
        output: the end of what it printed, redacted.
        shown: what the tests did with the provider, where that was watched.
    """

    __test__ = False

    results: Mapping[str, Result] = field(default_factory=dict)
    status: int = 0
    providers: Mapping[str, str] = field(default_factory=dict)
    output: str = ""
    shown: Shown = field(default_factory=Shown)

    def count(self, outcome: Outcome) -> int:
        """How many ended so."""
        return sum(result.outcome == outcome for result in self.results.values())


def known_run(outcomes: Mapping[str, Outcome]) -> TestRun:
    """A run that was written down, by the id of each test."""
    return TestRun({name: Result(id=name, outcome=found) for name, found in outcomes.items()})


def run_tests(
    side: Side,
    arguments: Sequence[str],
    folder: Path,
    *,
    surroundings: observe.Surroundings,
    staged: Path,
    name: str,
    timeout: float,
) -> TestRun:
    """Run pytest in an environment.

    Args:
        side: the environment.
        arguments: for pytest: paths or ids, and options.
        folder: a copy of the consumer's checkout that nothing else uses.
        surroundings: variables, folders and limits.
        staged: the folder with the probe's files.
        name: tells several runs apart.
        timeout: seconds for the whole run.

    Raises:
        CheckError: it did not come to its end, collected nothing, or tested another provider.
    """
    nonce = secrets.token_hex(16)
    asked = {
        "folder": str(folder),
        "arguments": [*_ALWAYS, *arguments],
        "nonce": nonce,
        "roots": list(side.roots),
        "own": _own_code(side, folder),
        "memory": surroundings.memory_limit * 1024 * 1024,
        "watch": side.watched,
    }
    reading, writing = os.pipe()
    try:
        process = surroundings.start(
            name,
            [side.python, _BOOTSTRAP, staged, str(writing), json.dumps(asked)],
            stderr=subprocess.STDOUT,
            pass_fds=(writing,),
            readable=(staged, *side.paths),
            writable=(folder,),
        )
    except OSError as error:
        os.close(reading)
        raise _failed(side, f"the tests can't be started: {error.strerror}") from error
    finally:
        os.close(writing)
    assert process.stdout is not None
    output = OutputTail(process.stdout)
    lines = _Lines(reading)
    try:
        process.wait(timeout)
        hung = False
    except subprocess.TimeoutExpired:
        hung = True
    finally:
        kill_group(process)
        observe.kill_marked(surroundings.mark_of(name))
        output.ended(_FLUSH)
    run = _read(lines.all(), nonce, side, folder)
    said = tail(surroundings.shown(output.text, name, side.python, (folder,)))
    return _checked(side, run, said, hung=hung, status=process.returncode, timeout=timeout)


class _Lines:
    """Reads the channel to its end in a thread of its own."""

    def __init__(self, descriptor: int) -> None:
        self._lines: list[bytes] = []
        self._thread = threading.Thread(target=self._read, args=(descriptor,), daemon=True)
        self._thread.start()

    def all(self) -> list[bytes]:
        """Every line; the channel is closed by then, as all that held it are dead."""
        self._thread.join(_FLUSH)
        return list(self._lines)

    def _read(self, descriptor: int) -> None:
        with os.fdopen(descriptor, "rb") as stream:
            for line in stream:
                if len(self._lines) < _MOST_LINES:
                    self._lines.append(line)


@dataclass
class _Told:
    results: dict[str, Result] = field(default_factory=dict)
    end: _End | None = None
    running: str | None = None
    shown: Shown = field(default_factory=Shown)


def _read(lines: Sequence[bytes], nonce: str, side: Side, folder: Path) -> _Told:
    told = _Told()
    for line in lines:
        try:
            document = json_of(line)
            if not isinstance(document, dict) or document.get("nonce") != nonce:
                continue
            if document["kind"] == "start":
                told.running = str(document["id"])
            elif document["kind"] == "shown":
                told.shown = _shown(Shown.model_validate(document), side, folder)
            elif document["kind"] == "end":
                told.end = _End.model_validate(document)
            else:
                _add(told, Result.model_validate(document), side, folder)
        except (ValueError, KeyError, ValidationError):
            continue  # not the plugin's: only a test could have written it
    return told


def _shown(shown: Shown, side: Side, folder: Path) -> Shown:
    built = (one.model_copy(update={"file": _named(one.file, side, folder)}) for one in shown.built)
    return shown.model_copy(update={"built": tuple(built)})


def _add(told: _Told, result: Result, side: Side, folder: Path) -> None:
    """A test that passed and then failed to be torn down counts as an error."""
    known = told.results.get(result.id)
    if known is not None and known.failed:
        return
    exception = result.exception
    if exception is not None and exception.file is not None:
        named = _named(exception.file, side, folder)
        exception = exception.model_copy(update={"file": named})
        result = result.model_copy(update={"exception": exception})
    told.results[result.id] = result


def _named(file: str, side: Side, folder: Path) -> str:
    """A file of the consumer's, as it is called in its checkout or where it is installed."""
    for top in (folder.resolve(), side.own.resolve(), *(path.resolve() for path in side.paths)):
        if Path(file).is_relative_to(top):
            return Path(file).relative_to(top).as_posix()
    return file


def _own_code(side: Side, folder: Path) -> list[str]:
    """What the paths of the consumer's own files begin with."""
    tops = {side.own.resolve() / file.partition("/")[0] for file in side.files}
    return [f"{folder.resolve()}{os.sep}", *sorted(map(str, tops))]


def _checked(
    side: Side, told: _Told, said: str, *, hung: bool, status: int, timeout: float
) -> TestRun:
    at = f", in {told.running}" if told.running else ""
    if hung:
        raise _failed(
            side,
            f"the consumer's tests came to no end within {timeout:g} s{at}",
            "Give them more time with tests-timeout, or name fewer with --tests.",
            said,
        )
    end = told.end
    if end is None:
        how = f"by signal {-status}" if status < 0 else f"with status {status}"
        raise _failed(side, f"the consumer's tests ended early, {how}{at}", "", said)
    if end.status == -1:
        raise _failed(
            side,
            "pytest is not there to run the consumer's tests",
            "Install it in the environment given, or leave --environment out.",
        )
    if end.status == _USAGE and not told.results:
        raise _failed(
            side,
            "pytest refused its arguments or configuration",
            "Name the plugins that the tests need, as in --tests-with pytest-cov.",
            said,
        )
    if end.status == _NOTHING_COLLECTED and not told.results:
        raise _failed(
            side,
            "no test was collected",
            "Check the paths given to --tests, and what -k and -m leave.",
            said,
        )
    if end.status not in (0, 1, _NOTHING_COLLECTED, _USAGE):
        raise _failed(side, f"pytest stopped with status {end.status}{at}", "", said)
    _check_provider(side, end)
    return TestRun(told.results, end.status, end.providers, said, told.shown)


def _check_provider(side: Side, end: _End) -> None:
    places = [path.resolve() for path in (*side.sites, *side.paths)]
    for root, file in end.providers.items():
        if not any(Path(file).is_relative_to(place) for place in places):
            raise _failed(
                side,
                f"the consumer's tests imported another {root}, from {file}",
                "A path that the tests or their configuration put in front must not hold the "
                "provider.",
            )


def _failed(side: Side, message: str, hint: str = "", detail: str = "") -> CheckError:
    return CheckError(
        f"{side.side}: {message}",
        stage="contract",
        side=side.side,
        hint=hint or "Run them by hand in an environment kept with --keep-environments.",
        detail=detail,
    )
