"""Witness programs, run on every side."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from contract_check import judge, observe
from contract_check.model.errors import Side
from contract_check.pipeline import provided
from contract_check.pipeline.by_hand import ending_itself
from contract_check.pipeline.subjects import Subject
from contract_check.rules import Program
from contract_check.rules.case import Case

_MOST_TRIES = 6
_SEEDS: Mapping[Side, int] = {"candidate": 1, "baseline": 2}
"""Of hashes. Others than the probes', so that a witness which rests on the order of a set fails."""


class Witnesses:
    """Runs witness programs on every side, each once.

    Args:
        subjects: the candidate, and the baseline if there is one.
        surroundings: variables, folders and limits.
        pool: what runs several at once.
        case: the facts; for a baseline that is a snapshot they are all that is known of it.
    """

    def __init__(
        self,
        subjects: Sequence[Subject],
        surroundings: observe.Surroundings,
        pool: ThreadPoolExecutor,
        case: Case,
    ) -> None:
        self._subjects = [subject for subject in subjects if subject.recorded is None]
        self._case = case if len(self._subjects) < len(subjects) else None
        self._surroundings = surroundings
        self._pool = pool
        self._known: dict[str, judge.Tried] = {}
        self._leave = False  # once one program's exit status said another thing than its answer

    def try_all(self, suspicions: Sequence[judge.Suspicion]) -> dict[int, judge.Tried]:
        """Run each suspicion's programs until one is confirmed.

        Returns:
            The position of a suspicion to the one confirmed, or else one that gave no answer,
            or else the last tried.

        Raises:
            CheckError: a program imported the provider from elsewhere.
        """
        outcomes = self._pool.map(self._try_one, suspicions)
        return {number: tried for number, tried in enumerate(outcomes) if tried is not None}

    def _try_one(self, suspicion: judge.Suspicion) -> judge.Tried | None:
        last: judge.Tried | None = None
        for program in suspicion.programs[:_MOST_TRIES]:
            tried = self._known.get(program.code)
            if tried is None:
                tried = self._known[program.code] = self._run(program)
            if self._case is not None:
                tried = judge.recorded(self._case, tried)
            if tried.confirmed:
                return tried
            if last is None or last.fault is None:
                last = tried
        return last

    def _run(self, program: Program) -> judge.Tried:
        """One program on every side; with the candidate alone where it passes there: whatever the
        baseline says then, it proves nothing."""
        runs: list[observe.ProgramRun] = []
        for subject in self._subjects:
            runs.append(self._run_on(subject, program))
            if runs[0].passed:
                break
        if not all(run.by_hand for run in runs):
            self._leave = True
        if self._leave:
            program = replace(program, code=ending_itself(program.code))
        return _tried(program, self._subjects, runs)

    def _run_on(self, subject: Subject, program: Program) -> observe.ProgramRun:
        name = hashlib.sha256(program.code.encode()).hexdigest()[:12]
        run = observe.run_program(
            subject.python,
            program.code,
            surroundings=self._surroundings,
            name=f"witness-{name}-{subject.side}",
            paths=subject.paths,
            seed=_SEEDS[subject.side],
            modules=provided.asked(subject),
            leave=self._leave,
        )
        provided.check(subject, run.modules, self._surroundings)
        return run


def _tried(
    program: Program, subjects: Sequence[Subject], runs: Sequence[observe.ProgramRun]
) -> judge.Tried:
    candidate, baseline = runs[0], runs[1] if len(runs) > 1 else None
    faults = [
        judge.Fault(subject.side, run.fault)
        for subject, run in zip(subjects, runs, strict=False)  # of the first ones, if not of all
        if run.fault is not None
    ]
    failed = not candidate.passed and not faults
    return judge.Tried(
        program=program,
        baseline=None if baseline is None else baseline.summary,
        candidate=candidate.summary,
        confirmed=failed and (baseline is None or baseline.passed),
        fails_on_both=failed and baseline is not None and not baseline.passed,
        fault=next(iter(faults), None),
    )


def doubtful(suspicions: judge.Suspicions, tried: Mapping[int, judge.Tried]) -> bool:
    """Whether a difference between the sides was seen that no witness bears out."""
    return any(
        suspicion.rule.compares
        and suspicion.observed
        and not (number in tried and (not tried[number].refuted or tried[number].fault))
        for number, suspicion in enumerate(suspicions.found)
    )
