"""Environments that are ready, observed and judged, every suspicion held against a witness."""

from __future__ import annotations

import datetime
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from contract_check import observe, reader
from contract_check.model.settings import Settings
from contract_check.model.usage import CallUse
from contract_check.pipeline.checking import check_types, no_types
from contract_check.pipeline.sessions import sessions_for
from contract_check.pipeline.subjects import Examined, Subject
from contract_check.pipeline.surroundings import surroundings

if TYPE_CHECKING:
    from contract_check.rules.case import Case

_WORKERS = 4


def examine(
    subjects: Sequence[Subject],
    settings: Settings,
    folder: Path,
    checker: reader.Checker | None = None,
    shown: Sequence[CallUse] = (),
) -> Examined:
    """Observe environments that are ready, and judge.

    Args:
        subjects: the candidate, and the baseline if there is one.
        settings: contracts, policy, limits and variables.
        folder: an empty folder of the run.
        checker: the type checker of the second reader; the default one if None.
        shown: the consumer's calls that were watched, each of a class as that calls itself.

    Raises:
        CheckError: a probe gave no answer.
    """
    today = datetime.date.today()
    around = surroundings(subjects, settings, folder)
    opening = sessions_for(subjects, settings, around, folder)
    try:
        # The pool is left last: by then what its threads wait for has ended.
        with ThreadPoolExecutor(_WORKERS) as pool, ExitStack() as stack:
            stack.callback(around.running.stop)
            checking = pool.submit(
                check_types if settings.type_checker else no_types,
                subjects,
                around,
                checker or reader.Pyrefly(),
            )

            def observed(again: bool = False) -> Case:
                with ExitStack() as opened:
                    sessions = opening.open(subjects, opened, again=again)
                    # Imported while the probes start: they take longer to do so.
                    from contract_check.pipeline.observing import observe_all

                    case = observe_all(subjects, sessions, settings, pool, checking, shown)
                    from contract_check import judge

                    case = judge.without_gaps(case)
                    return judge.opened(case) if subjects[-1].recorded else case

            case = observed()
            from contract_check import judge
            from contract_check.pipeline.witnesses import Witnesses, doubtful

            case = judge.without_unstable(case)
            probed = time.perf_counter()
            suspicions = judge.suspect(case, settings.policy, today)
            judged = time.perf_counter()
            witnesses = Witnesses(subjects, around, pool, case)
            tried = witnesses.try_all(suspicions.found)
            if doubtful(suspicions, tried):
                case = judge.steadied(case, observed(again=True))
                suspicions = judge.suspect(case, settings.policy, today)
                tried = witnesses.try_all(suspicions.found)
            refuted = [number for number, item in tried.items() if item.refuted]
            left = judge.released(case, suspicions, refuted)
            if left != suspicions:
                suspicions, tried = left, witnesses.try_all(left.found)
        confirmed = time.perf_counter()
        judgement = judge.conclude(case, suspicions, tried, settings.policy, today)
    finally:
        observe.kill_run(around.mark)
    done = time.perf_counter()
    return Examined(
        case=case,
        judgement=judgement,
        judge_seconds=(judged - probed) + (done - confirmed),
    )
