"""A probe that outlives what it examines: what ends its process, or hangs, is left out."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

from contract_check.model.errors import Side
from contract_check.model.fingerprints import Fingerprints
from contract_check.model.observation import (
    Described,
    Failure,
    ModuleOutcome,
    Outcome,
    Payload,
    Replayed,
    Symbol,
    ToldSchema,
)
from contract_check.observe.session import NO_END, Item, LostProbeError, ProbeSession
from contract_check.observe.surroundings import Surroundings

_T = TypeVar("_T")
_MOST_RESTARTS = 4
_ENDS = frozenset({"SystemExit", "KeyboardInterrupt", "GeneratorExit", NO_END})
ENDED = "ProcessEnded"
"""In place of an exception's name, where an import ended the process."""


class Probe:
    """A probe in one environment, as a context manager, started anew where it has to be.

    Args:
        python: the environment's interpreter.
        side: which environment this is, for error messages.
        staged: what `stage_probe` returned.
        surroundings: variables, folders and limits.
        paths: folders put in front of `sys.path`, for packages that are not installed.
        name: tells several probes of one run apart.
        seed: of hashes, which the order of sets follows from.
        vital: names of modules, symbols and contracts without which there is no check.
        roots: top-level names of the provider's packages.
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
        vital: Collection[str] = (),
        roots: Collection[str] = (),
    ) -> None:
        self._name = name or side
        self._vital, self._roots = frozenset(vital), frozenset(roots)
        self._imported: list[str] = []
        self._left_out: dict[Item, str] = {}
        self._starts = 0

        def started(name: str) -> ProbeSession:
            return ProbeSession(
                python,
                side,
                staged=staged,
                surroundings=surroundings,
                paths=paths,
                name=name,
                seed=seed,
            )

        self._started = started

    def __enter__(self) -> Self:
        self._session = self._started(self._name).__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._session.__exit__(kind, error, traceback)

    def observe(
        self, modules: Sequence[str], symbols: Sequence[str], imported: Collection[str] = ()
    ) -> Described:
        """Import modules and describe symbols, as `ProbeSession.observe` does.

        Raises:
            CheckError: the probe gave no answer, or importing what is vital ended the process.
        """

        def ask(session: ProbeSession) -> Described:
            kept = [name for name in modules if Item("module", name) not in self._left_out]
            described = [ref for ref in symbols if Item("symbol", ref) not in self._left_out]
            return session.observe(kept, described, imported)

        told = self._asked(ask)
        while (stuck := self._stuck(told)) is not None:
            self._left_out[Item("module", stuck)] = "importing it came to no end"
            told = self._asked(ask)
        self._imported += [name for name in modules if name not in self._imported]
        for outcome in told.modules:
            self._check(outcome)
        outcomes = {item.name: item for item in told.modules}
        unknown = {
            ref: Symbol(ref=ref, kind="value", gaps={"": why})
            for ref in symbols
            if (why := self._left_out.get(Item("symbol", ref))) is not None
        }
        return told.model_copy(
            update={
                "modules": tuple(outcomes.get(name) or self._lost(name) for name in modules),
                "symbols": {**told.symbols, **unknown},
            }
        )

    def _stuck(self, told: Described) -> str | None:
        """A module that came to no end, after which nothing was imported; None for none."""
        last = told.modules[-1] if told.modules else None
        if last is None or last.failure is None or last.failure.type != NO_END:
            return None
        self._check(last)
        if not self._can_do_without(Item("module", last.name)):
            raise self._session.fatal(last.name, last.failure)
        return last.name

    def _lost(self, module: str) -> ModuleOutcome:
        why = self._left_out.get(Item("module", module), "it was not imported")
        return ModuleOutcome(name=module, failure=Failure(type=ENDED, message=why))

    def _check(self, outcome: ModuleOutcome) -> None:
        """An import that wanted to end the process is an error where the check rests on it."""
        failure = outcome.failure
        if failure is None:
            return
        raised = failure.frames[-1].module if failure.frames else ""
        by_provider = failure.type == NO_END or raised.partition(".")[0] in self._roots
        fatal = failure.type in _ENDS and by_provider and outcome.name in self._vital
        if fatal or failure.type == "MemoryError":
            raise self._session.fatal(outcome.name, failure)

    def evaluate(self, tests: Sequence[tuple[str, str]]) -> tuple[bool | None, ...]:
        """Whether tests of the consumer's are true in its modules, as `ProbeSession` says it.

        Raises:
            CheckError: the probe gave no answer.
        """
        return self._session.evaluate(tests)

    def schemas(self, symbols: Sequence[str]) -> dict[str, ToldSchema]:
        """Return the JSON Schemas of models, as `ProbeSession.schemas` does.

        Raises:
            CheckError: the probe gave no answer.
        """

        def ask(session: ProbeSession) -> dict[str, ToldSchema]:
            return session.schemas(
                [ref for ref in symbols if Item("symbol", ref) not in self._left_out]
            )

        told = self._asked(ask)
        for ref in symbols:
            if (why := self._left_out.get(Item("symbol", ref))) is not None:
                told[ref] = ToldSchema(gap=why)
        return told

    def fingerprint(
        self, symbols: Sequence[str], provider: Collection[str], own: Collection[str]
    ) -> Fingerprints | None:
        """Say what models are made of, as `ProbeSession` does; None where that ended the process.

        Raises:
            CheckError: the probe could not be started anew.
        """
        try:
            return self._session.fingerprint(symbols, provider, own)
        except LostProbeError:
            self._start_again()
            return None

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
            CheckError: the probe gave no answer.
        """

        def ask(session: ProbeSession) -> Replayed:
            kept = [item for item in payloads if Item("payloads", item.id) not in self._left_out]
            return session.replay(payloads=kept, calls=calls, scenarios=scenarios, http=http)

        told = self._asked(ask)
        unknown = tuple(
            Outcome(payload=item.id, model=item.model, accepted=False, given_up=why)
            for item in payloads
            if (why := self._left_out.get(Item("payloads", item.id))) is not None
        )
        return told.model_copy(update={"outcomes": (*told.outcomes, *unknown)})

    def finish(self, modules: Sequence[str] = ()) -> dict[str, tuple[Path, ...]]:
        """Ask the probe to end, as `ProbeSession.finish` does."""
        return self._session.finish(modules)

    @property
    def surroundings(self) -> Surroundings:
        """Where and within which limits it runs."""
        return self._session.surroundings

    def _asked(self, ask: Callable[[ProbeSession], _T]) -> _T:
        while True:
            try:
                return ask(self._session)
            except LostProbeError as lost:
                item = lost.at
                if item is None or not self._can_do_without(item):
                    raise
                self._left_out[item] = lost.message.partition(": ")[2]
                self._start_again()

    def _can_do_without(self, item: Item) -> bool:
        if len(self._left_out) >= _MOST_RESTARTS:
            return False
        if item.kind == "payloads":
            contract = item.name.removeprefix("cross/baseline/").removeprefix("cross/candidate/")
            return contract.partition("/")[0] not in self._vital
        return item.kind in ("module", "symbol") and item.name not in self._vital

    def _start_again(self) -> None:
        self._session.__exit__(None, None, None)
        self._starts += 1
        self._session = self._started(f"{self._name}-{self._starts}").__enter__()
        kept = [name for name in self._imported if Item("module", name) not in self._left_out]
        if kept:
            self._session.observe(kept, ())
