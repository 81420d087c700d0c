"""Environments that are ready, observed and judged, every suspicion held against a witness."""

from __future__ import annotations

import datetime
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

from contract_check import judge, observe
from contract_check.model.settings import Settings
from contract_check.pipeline.observing import handed, observe_all
from contract_check.pipeline.subjects import Examined, Subject

_MOST_TRIES = 6
_WORKERS = 4


def examine(subjects: Sequence[Subject], settings: Settings, folder: Path) -> Examined:
    """Observe environments that are ready, and judge.

    Args:
        subjects: the candidate, and the baseline if there is one.
        settings: contracts, policy, limits and variables.
        folder: an empty folder of the run.

    Raises:
        CheckError: a probe gave no answer.
    """
    before = time.perf_counter()
    surroundings = observe.Surroundings(
        folder=folder,
        env={**settings.env, **handed(settings)},
        timeout=settings.timeout,
        memory_limit=settings.memory_limit,
    )
    staged = observe.stage_probe(folder)
    try:
        # The pool is left last: by then what its threads wait for has ended.
        with ThreadPoolExecutor(_WORKERS) as pool, ExitStack() as stack:
            stack.callback(surroundings.running.stop)
            sessions = [
                stack.enter_context(
                    observe.ProbeSession(
                        subject.python,
                        subject.side,
                        staged=staged,
                        surroundings=surroundings,
                        paths=subject.paths,
                    )
                )
                for subject in subjects
            ]
            case = observe_all(subjects, sessions, settings, pool)
            probed = time.perf_counter()
            suspicions = judge.suspect(case)
            judged = time.perf_counter()
            tried = _try_witnesses(suspicions.found, subjects, surroundings, pool)
        confirmed = time.perf_counter()
        judgement = judge.conclude(case, suspicions, tried, settings.policy, datetime.date.today())
    finally:
        observe.kill_marked(surroundings.mark)
    done = time.perf_counter()
    return Examined(
        case=case,
        judgement=judgement,
        probe_seconds=(probed - before) + (confirmed - judged),
        judge_seconds=(judged - probed) + (done - confirmed),
    )


def _try_witnesses(
    suspicions: Sequence[judge.Suspicion],
    subjects: Sequence[Subject],
    surroundings: observe.Surroundings,
    pool: ThreadPoolExecutor,
) -> dict[int, judge.Tried]:
    """Run each suspicion's programs until one is confirmed."""

    def attempt(number: int) -> judge.Tried | None:
        last: judge.Tried | None = None
        for position, program in enumerate(suspicions[number].programs[:_MOST_TRIES]):
            runs = [
                observe.run_program(
                    subject.python,
                    program.code,
                    surroundings=surroundings,
                    name=f"witness-{number}-{position}-{subject.side}",
                    paths=subject.paths,
                )
                for subject in subjects
            ]
            baseline = runs[1] if len(runs) > 1 else None
            last = judge.Tried(
                program=program,
                baseline=None if baseline is None else baseline.summary,
                candidate=runs[0].summary,
                confirmed=not runs[0].passed and (baseline is None or baseline.passed),
                fails_on_both=not runs[0].passed and baseline is not None and not baseline.passed,
            )
            if last.confirmed:
                break
        return last

    outcomes = pool.map(attempt, range(len(suspicions)))
    return {number: tried for number, tried in enumerate(outcomes) if tried is not None}
