"""A candidate that can't be installed with this Python: judged by its metadata alone."""

from __future__ import annotations

import datetime
import sys
from dataclasses import replace
from pathlib import Path

from contract_check import environments, judge, observe
from contract_check.environments import PythonTooOld, Workspace
from contract_check.model.errors import CheckError
from contract_check.model.observation import Described, Installed, Observation, Replayed, Runtime
from contract_check.model.report import Unchecked
from contract_check.pipeline.state import Run
from contract_check.pipeline.subjects import Subject, observation, subject
from contract_check.rules import catalogue
from contract_check.rules.case import Case


def judge_python(run_: Run, workspace: Workspace, error: PythonTooOld) -> None:
    """A candidate that leaves this Python out is a break, unless the baseline does so as well."""
    if error.side != "candidate":
        run_.fail(error)
        return
    try:
        run_.judgement = _without_candidate(run_, workspace, error)
    except PythonTooOld:
        run_.fail(error)
    except CheckError as other:
        run_.fail(error)
        run_.fail(other)


def _without_candidate(run_: Run, workspace: Workspace, error: PythonTooOld) -> judge.Judgement:
    """Judge by the metadata alone: the candidate can't be installed."""
    settings = run_.settings
    told = Described(
        runtime=Runtime(
            python=error.python_version, implementation="", platform=sys.platform, pydantic=None
        )
    )
    provider = Installed(
        name=settings.provider.name,
        version=(run_.candidate.version if run_.candidate else None) or "",
        requires_python=error.requires_python,
    )
    consumer = Installed(
        name=settings.consumer.name,
        version=(run_.consumer.version if run_.consumer else None) or "",
    )
    known = None
    if run_.baseline is not None and not run_.alone:
        known = subject(
            environments.build(
                settings, run_.baseline, run_.consumer, None, workspace, run_.progress
            ).candidate
        )
    case = Case(
        candidate=Observation(provider=provider, consumer=consumer, described=told),
        baseline=None if known is None else observation(known, told, Replayed()),
        contracts=(),
    )
    floor = [item for item in catalogue() if item.id == "python-floor-raised"]
    policy, today = settings.policy, datetime.date.today()
    suspicions = judge.suspect(case, policy, today, floor)
    tried = {
        number: _tried_without(suspicion, known, run_, workspace.new("witness"))
        for number, suspicion in enumerate(suspicions.found)
    }
    judgement = judge.conclude(case, suspicions, tried, policy, today)
    reason = f"{settings.provider.name} can't be installed with this Python"
    unchecked = tuple(Unchecked(subject=item.name, reason=reason) for item in settings.contracts)
    return replace(judgement, unchecked=unchecked)


def _tried_without(
    suspicion: judge.Suspicion, known: Subject | None, run_: Run, folder: Path
) -> judge.Tried:
    """The witness, run with the baseline; with the candidate there is no environment to run it."""
    program = suspicion.programs[0]
    done = None
    if known is not None:
        surroundings = observe.Surroundings(
            folder=folder,
            env={},
            timeout=run_.settings.timeout,
            memory_limit=run_.settings.memory_limit,
            reads={known.python: (*known.reads, known.site)},
            hidden=(run_.settings.cache_dir,),
        )
        done = observe.run_program(
            known.python, program.code, surroundings=surroundings, name="python"
        )
    return judge.Tried(
        program=program,
        baseline=None if done is None else done.summary,
        candidate="can't be installed",
        confirmed=done is None or done.passed,
        fault=None if done is None or done.fault is None else judge.Fault("baseline", done.fault),
    )
