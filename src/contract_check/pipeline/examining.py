"""Environments that are ready, observed and judged, every suspicion held against a witness."""

from __future__ import annotations

import datetime
import hashlib
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

from contract_check import judge, observe
from contract_check.model.errors import Side
from contract_check.model.settings import Settings
from contract_check.pipeline.observing import handed, observe_all
from contract_check.pipeline.subjects import Examined, Subject
from contract_check.rules import Program
from contract_check.rules.case import Case

_MOST_TRIES = 6
_WORKERS = 4
_SEEDS: Mapping[Side, int] = {"candidate": 1, "baseline": 2}
"""Of hashes. Others than the probes', so that a witness which rests on the order of a set fails."""
_OTHER_SEED = 3


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

            def observed(again: bool = False) -> Case:
                with ExitStack() as opened:
                    sessions = [
                        opened.enter_context(
                            observe.ProbeSession(
                                subject.python,
                                subject.side,
                                staged=staged,
                                surroundings=surroundings,
                                paths=subject.paths,
                                name=f"{subject.side}-again" if again else subject.side,
                                seed=_OTHER_SEED if again else 0,
                            )
                        )
                        for subject in subjects
                    ]
                    return observe_all(subjects, sessions, settings, pool)

            case = judge.without_unstable(observed())
            probed = time.perf_counter()
            suspicions = judge.suspect(case)
            judged = time.perf_counter()
            witnesses = _Witnesses(subjects, surroundings, pool)
            tried = witnesses.try_all(suspicions.found)
            if _doubtful(suspicions, tried):
                case = judge.steadied(case, observed(again=True))
                suspicions = judge.suspect(case)
                tried = witnesses.try_all(suspicions.found)
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


def _doubtful(suspicions: judge.Suspicions, tried: Mapping[int, judge.Tried]) -> bool:
    """Whether a difference between the sides was seen that no witness bears out."""
    return any(
        suspicion.rule.compares
        and suspicion.observed
        and not (number in tried and tried[number].confirmed)
        for number, suspicion in enumerate(suspicions.found)
    )


class _Witnesses:
    """Runs witness programs on every side, each once.

    Args:
        subjects: the candidate, and the baseline if there is one.
        surroundings: variables, folders and limits.
        pool: what runs several at once.
    """

    def __init__(
        self,
        subjects: Sequence[Subject],
        surroundings: observe.Surroundings,
        pool: ThreadPoolExecutor,
    ) -> None:
        self._subjects = subjects
        self._surroundings = surroundings
        self._pool = pool
        self._known: dict[str, judge.Tried] = {}

    def try_all(self, suspicions: Sequence[judge.Suspicion]) -> dict[int, judge.Tried]:
        """Run each suspicion's programs until one is confirmed.

        Returns:
            The position of a suspicion to the one confirmed, or else the last tried.
        """
        outcomes = self._pool.map(self._try_one, suspicions)
        return {number: tried for number, tried in enumerate(outcomes) if tried is not None}

    def _try_one(self, suspicion: judge.Suspicion) -> judge.Tried | None:
        last: judge.Tried | None = None
        for program in suspicion.programs[:_MOST_TRIES]:
            last = self._known.get(program.code)
            if last is None:
                last = self._known[program.code] = self._run(program)
            if last.confirmed:
                break
        return last

    def _run(self, program: Program) -> judge.Tried:
        name = hashlib.sha256(program.code.encode()).hexdigest()[:12]
        runs = [
            observe.run_program(
                subject.python,
                program.code,
                surroundings=self._surroundings,
                name=f"witness-{name}-{subject.side}",
                paths=subject.paths,
                seed=_SEEDS[subject.side],
            )
            for subject in self._subjects
        ]
        baseline = runs[1] if len(runs) > 1 else None
        return judge.Tried(
            program=program,
            baseline=None if baseline is None else baseline.summary,
            candidate=runs[0].summary,
            confirmed=not runs[0].passed and (baseline is None or baseline.passed),
            fails_on_both=not runs[0].passed and baseline is not None and not baseline.passed,
        )
