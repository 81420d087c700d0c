"""A candidate that can't be installed: judged by its metadata, or by what the installer says."""

from __future__ import annotations

import datetime
import hashlib
import sys
from dataclasses import replace
from pathlib import Path

from contract_check import environments, judge, observe
from contract_check.environments import DependencyConflict, PythonTooOld, Workspace
from contract_check.model.errors import CheckError
from contract_check.model.observation import Described, Installed, Observation, Replayed, Runtime
from contract_check.model.report import Direction, Finding, Severity, Unchecked, Witness
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


def judge_conflict(run_: Run, workspace: Workspace, error: DependencyConflict) -> None:
    """A candidate whose requirements contradict the consumer's is a break, unless the baseline's
    do so as well, or the installer does not say which two contradict each other."""
    if error.side != "candidate" or len(error.pair) != 2:
        run_.fail(error)
        return
    try:
        known = _baseline(run_, workspace)
    except CheckError:
        run_.fail(error)
        return
    names = [wanted.owner for wanted in error.pair]
    if known is None and run_.settings.provider.name not in names:
        run_.fail(error)  # without a baseline nothing says that it is the candidate's doing
        return
    run_.judgement = judge.uninstallable(
        _conflict(run_, error, known, workspace.new("witness")),
        run_.settings.policy,
        datetime.date.today(),
        unchecked=_unchecked(run_, "the candidate can't be installed beside the consumer"),
    )


def _conflict(run_: Run, error: DependencyConflict, known: Subject | None, folder: Path) -> Finding:
    settings = run_.settings
    one, other = error.pair
    message = (
        f"{_state(run_, one.owner)} asks for {one.requirement} and {_state(run_, other.owner)} "
        f"for {other.requirement}: "
        f"{settings.provider.name} and {settings.consumer.name} can't be installed together"
    )
    names = (settings.provider.name, settings.consumer.name)
    program = "from importlib.metadata import version\n\n" + "".join(
        f"print({name!r}, version({name!r}))\n" for name in names
    )
    outcome = None if known is None else _run(run_, known, program, folder)
    return Finding(
        id=hashlib.sha256(f"dependency-conflict\0{names}".encode()).hexdigest()[:12],
        rule="dependency-conflict",
        severity=Severity.BREAK,
        directions=(Direction.SOURCE,),
        contract=None,
        subject=settings.provider.name,
        message=message,
        hint="Loosen one of the two requirements; until then no installer puts the two together.",
        evidence="declared",
        witness=Witness(
            kind="code",
            code=program,
            baseline=None if outcome is None else outcome.summary,
            candidate="can't be installed",
            confirmed=outcome is None or outcome.passed,
        ),
    )


def _state(run_: Run, name: str) -> str:
    """A package with the version that is in question."""
    pins = [pin for pin in (run_.candidate, run_.consumer) if pin is not None and pin.name == name]
    return f"{name} {pins[0].version}" if pins and pins[0].version else name


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
    known = _baseline(run_, workspace)
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
    return replace(judgement, unchecked=_unchecked(run_, reason))


def _baseline(run_: Run, workspace: Workspace) -> Subject | None:
    """The baseline in an environment of its own; None where there is nothing to compare with."""
    if run_.baseline is None or run_.alone:
        return None
    built = environments.build(
        run_.settings, run_.baseline, run_.consumer, None, workspace, run_.progress
    )
    return subject(built.candidate)


def _unchecked(run_: Run, reason: str) -> tuple[Unchecked, ...]:
    return tuple(Unchecked(subject=item.name, reason=reason) for item in run_.settings.contracts)


def _tried_without(
    suspicion: judge.Suspicion, known: Subject | None, run_: Run, folder: Path
) -> judge.Tried:
    """The witness, run with the baseline; with the candidate there is no environment to run it."""
    program = suspicion.programs[0]
    done = None if known is None else _run(run_, known, program.code, folder)
    return judge.Tried(
        program=program,
        baseline=None if done is None else done.summary,
        candidate="can't be installed",
        confirmed=done is None or done.passed,
        fault=None if done is None or done.fault is None else judge.Fault("baseline", done.fault),
    )


def _run(run_: Run, known: Subject, code: str, folder: Path) -> observe.ProgramRun:
    surroundings = observe.Surroundings(
        folder=folder,
        env={},
        timeout=run_.settings.timeout,
        memory_limit=run_.settings.memory_limit,
        reads={known.python: (*known.reads, known.site)},
        hidden=(run_.settings.cache_dir,),
    )
    return observe.run_program(known.python, code, surroundings=surroundings, name="python")
