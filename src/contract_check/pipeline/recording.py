"""One environment that is ready, observed and written down as a snapshot."""

from __future__ import annotations

import datetime
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from contract_check import __version__, judge, observe, usage
from contract_check.model.observation import Observation
from contract_check.model.reading import Reading
from contract_check.model.settings import Settings
from contract_check.model.snapshot import RecordedCode, RecordedPackage, Snapshot
from contract_check.observe import plan
from contract_check.pipeline.observing import observe_all
from contract_check.pipeline.sessions import Sessions, sessions_for
from contract_check.pipeline.subjects import Subject, provider_sources
from contract_check.pipeline.surroundings import surroundings
from contract_check.rules.case import Case

_WORKERS = 4
_EAST = 10
"""The hour, in UTC, from which it is tomorrow fourteen hours further east."""


def record(
    subject: Subject,
    settings: Settings,
    folder: Path,
    provider: RecordedPackage,
    consumer: RecordedPackage,
) -> Snapshot:
    """Ask one environment everything that can be asked of it without another.

    It is asked twice, with other hashes and on another day (by its time zone): values that differ
    between the two times are left open.

    Args:
        subject: the environment.
        settings: contracts, limits and variables.
        folder: an empty folder of the run.
        provider: what is installed there of the provider.
        consumer: the same of the consumer.

    Raises:
        CheckError: the probe gave no answer.
    """
    around = surroundings([subject], settings, folder)
    opening = sessions_for([subject], settings, around, folder)
    elsewhere = replace(
        opening, surroundings=replace(around, env={**around.env, "TZ": _another_day()})
    )
    nothing: Future[Reading] = Future()
    nothing.set_result(Reading())
    try:
        with ThreadPoolExecutor(_WORKERS) as pool, ExitStack() as stack:
            stack.callback(around.running.stop)

            def observed(*, again: bool) -> Case:
                with ExitStack() as opened:
                    here = elsewhere if again else opening
                    sessions = here.open([subject], opened, again=again)
                    case = observe_all([subject], sessions, settings, pool, nothing)
                    return judge.without_gaps(case)

            case = judge.steadied(observed(again=False), observed(again=True))
            names = _names(case, subject, opening)
    finally:
        observe.kill_run(around.mark)
    told = {item.payload for item in case.candidate.replayed.outcomes}
    return Snapshot(
        written_by=__version__,
        provider=provider,
        consumer=consumer,
        observation=_reviewable(case),
        payloads=tuple(
            payload.model_copy(update={"place": None})
            for payload in case.payloads.values()
            if payload.id in told
        ),
        version_tests=case.version_tests,
        names=names,
        code=_code(case, subject),
    )


def _names(case: Case, subject: Subject, opening: Sessions) -> dict[str, tuple[str, ...]]:
    """What the provider's modules offer that the consumer meets."""
    symbols = case.candidate.described.symbols.values()
    homes = {(symbol.identity or symbol.ref).partition(":")[0] for symbol in symbols}
    met = homes | {symbol.ref.partition(":")[0] for symbol in symbols}
    modules = sorted(name for name in met if name.partition(".")[0] in case.provider_roots)
    with ExitStack() as opened:
        (session,) = opening.open([subject], opened, again=True)
        told = session.observe(modules, ())
        session.finish()
    return {item.name: item.names for item in told.modules if item.failure is None}


def _another_day() -> str:
    """A time zone in which it is another day now, as POSIX writes it: west of Greenwich counts."""
    return "<+14>-14" if datetime.datetime.now(datetime.UTC).hour >= _EAST else "<-12>+12"


def _reviewable(case: Case) -> Observation:
    """The observation without what changes from one machine to the next, or is said twice."""
    told = case.candidate
    http = tuple(
        item if item.json_ is None else item.model_copy(update={"body": ""})
        for item in told.replayed.http
    )
    told = told.model_copy(update={"replayed": told.replayed.model_copy(update={"http": http})})
    runtime = told.described.runtime.model_copy(update={"platform": ""})
    described = told.described.model_copy(update={"runtime": runtime})
    return told.model_copy(update={"described": described})


def _code(case: Case, subject: Subject) -> RecordedCode:
    files = provider_sources(subject, case.provider_roots)
    homes = plan.homes(case.usage, [case.candidate.described])
    return RecordedCode.of(*usage.read_alone(files, case.usage, homes))
