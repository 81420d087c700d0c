"""Answers from a snapshot, in place of a probe: nothing is run."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import chain
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

from contract_check.model.fingerprints import Fingerprints
from contract_check.model.observation import (
    CallOutcome,
    Described,
    HttpOutcome,
    Outcome,
    Payload,
    Replayed,
    ScenarioOutcome,
    ToldSchema,
)
from contract_check.model.snapshot import Snapshot
from contract_check.observe.surroundings import Surroundings

NO_ANSWER = "the snapshot holds no answer of the baseline to it"
_Key = tuple[str, str, str]
_Told = TypeVar("_Told", CallOutcome, ScenarioOutcome, HttpOutcome)


class Recorded:
    """What a snapshot answers, with the questions that `Probe` takes.

    What was not asked when the snapshot was taken has no answer: a symbol is left out, and a
    payload is given up.

    Args:
        snapshot: says all of it.
        surroundings: of the run.
    """

    def __init__(self, snapshot: Snapshot, surroundings: Surroundings) -> None:
        self._snapshot = snapshot
        self._surroundings = surroundings
        outcomes = {item.payload: item for item in snapshot.observation.replayed.outcomes}
        self._outcomes: dict[_Key, list[Outcome]] = {}
        for payload in snapshot.payloads:
            if (outcome := outcomes.get(payload.id)) is not None:
                self._outcomes.setdefault(key_of(payload), []).append(outcome)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        return None

    @property
    def surroundings(self) -> Surroundings:
        """Those of the run."""
        return self._surroundings

    def observe(
        self, modules: Sequence[str], symbols: Sequence[str], imported: Collection[str] = ()
    ) -> Described:
        """The modules and symbols that the snapshot has; `imported` makes no difference."""
        told = self._snapshot.observation.described
        known = {item.name: item for item in told.modules}
        return Described(
            modules=tuple(known[name] for name in modules if name in known),
            symbols={ref: told.symbols[ref] for ref in symbols if ref in told.symbols},
            runtime=told.runtime,
        )

    def further(self, asked: Sequence[Payload]) -> tuple[Payload, ...]:
        """The payloads of the snapshot for models that are replayed, and that are not `asked`."""
        known = {key_of(payload) for payload in asked}
        taken = {payload.id for payload in asked}
        models = {payload.model for payload in asked}
        return tuple(
            payload
            if payload.id not in taken
            else payload.model_copy(update={"id": f"{payload.id}/recorded"})
            for payload in self._snapshot.payloads
            if payload.model in models and key_of(payload) not in known
        )

    def evaluate(self, tests: Sequence[tuple[str, str]]) -> tuple[bool | None, ...]:
        """Whether tests of the consumer's were true; None where nobody knows."""
        known = {(module, test): answer for module, test, answer in self._snapshot.version_tests}
        return tuple(known.get(test) for test in tests)

    def schemas(self, symbols: Sequence[str]) -> dict[str, ToldSchema]:
        """The JSON Schemas of models, as they were told when the snapshot was taken."""
        told = self._snapshot.observation.described.symbols
        return {
            ref: ToldSchema(
                document=told[ref].schema_validation,
                failure=told[ref].schema_failure,
                gap=told[ref].gaps.get("schema_validation"),
            )
            for ref in symbols
            if ref in told
        }

    def fingerprint(
        self, symbols: Sequence[str], provider: Collection[str], own: Collection[str]
    ) -> Fingerprints | None:
        """Nothing: a snapshot does not say what code models are made of."""
        return None

    def replay(
        self,
        *,
        payloads: Sequence[Payload] = (),
        calls: Sequence[Mapping[str, Any]] = (),
        scenarios: Sequence[Mapping[str, Any]] = (),
        http: Sequence[Mapping[str, Any]] = (),
    ) -> Replayed:
        """What became of the same payloads, calls, programs and requests."""
        told = self._snapshot.observation.replayed
        return Replayed(
            outcomes=tuple(map(self._outcome, payloads)),
            calls=_named(told.calls, calls),
            scenarios=_named(told.scenarios, scenarios),
            http=_named(told.http, http),
        )

    def finish(self, modules: Sequence[str] = ()) -> dict[str, tuple[Path, ...]]:
        """No module came from anywhere."""
        return {}

    def _outcome(self, payload: Payload) -> Outcome:
        known = self._outcomes.get(key_of(payload), ())
        read = (item for item in known if set(payload.read_by) <= item.read_by.keys())
        found = next(chain(read, known), None)
        if found is None:
            return Outcome(
                payload=payload.id, model=payload.model, accepted=False, given_up=NO_ANSWER
            )
        return found.model_copy(update={"payload": payload.id})


def key_of(payload: Payload) -> _Key:
    """What two payloads have in common that are the same question."""
    return payload.model, payload.mode, json.dumps(payload.data, sort_keys=True)


def _named(told: Iterable[_Told], asked: Iterable[Mapping[str, Any]]) -> tuple[_Told, ...]:
    wanted = {item["id"] for item in asked}
    return tuple(item for item in told if item.id in wanted)
