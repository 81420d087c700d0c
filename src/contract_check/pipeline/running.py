"""One run: refs become pins, pins environments, and what examining those comes to a report."""

from __future__ import annotations

import errno
import time
from pathlib import Path

from contract_check import environments, refs
from contract_check.environments import DependencyConflict, PythonTooOld, Workspace
from contract_check.model.errors import CheckError, Overdue
from contract_check.model.report import Report
from contract_check.model.settings import Progress, Settings
from contract_check.pipeline import limits, looking_up, snapshots, testing
from contract_check.pipeline.examining import examine
from contract_check.pipeline.reporting import concealed, report
from contract_check.pipeline.state import Run
from contract_check.pipeline.subjects import hidden, recorded_subject, subject
from contract_check.support import confinement, deadline


def run(
    settings: Settings, progress: Progress, *, cwd: Path, started: float | None = None
) -> Report:
    """Check whether the candidate still fits the consumer.

    Args:
        settings: complete.
        progress: told what is going on.
        cwd: the current folder; relative refs and the default consumer are looked up in it.
        started: from when the total time counts, as `time.perf_counter` counts; now by default.

    Returns:
        The report. What could not be checked is in it, as verdict `error`.

    Raises:
        UsageError: the settings contradict each other or hold a text that is no ref.
    """
    run_ = Run(settings, progress, time.perf_counter() if started is None else started)
    if settings.consumer_from is not None:
        run_.notes.append(
            f"{settings.consumer.name} is the consumer that {settings.consumer_from} names for "
            "another provider; name yours with --consumer"
        )
    if not confinement.is_confined():
        run_.notes.append(f"confinement: {confinement.described()}")
    with Workspace(keep=settings.keep_environments, progress=progress) as workspace:
        try:
            with deadline.within(settings.longest_run):
                _check(run_, workspace, cwd)
        except Overdue as late:
            run_.examined = run_.judgement = None
            run_.fail(limits.overdue(late))
        _check_untouched(run_, workspace)
    return concealed(report(run_), (*hidden(settings).values(), *limits.credentials(settings)))


def _check(run_: Run, workspace: Workspace, cwd: Path) -> None:
    """From settings to a judgement, or to what could not be checked."""
    try:
        resolver = _prepare(run_, workspace, cwd)
        assert run_.built is not None
        _examine(run_, workspace)
        run_.checkout = _checkout(run_, resolver)
    except PythonTooOld as error:
        from contract_check.pipeline import floor

        floor.judge_python(run_, workspace, error)
    except DependencyConflict as error:
        from contract_check.pipeline import floor

        floor.judge_conflict(run_, workspace, error)
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        run_.fail(limits.full(error, workspace.path))
    except CheckError as error:
        run_.fail(error)


def _check_untouched(run_: Run, workspace: Workspace) -> None:
    """What was seen in environments that changed meanwhile proves nothing."""
    try:
        environments.check_untouched(workspace)
    except CheckError as error:
        run_.examined = run_.judgement = None
        run_.fail(error)


def _prepare(run_: Run, workspace: Workspace, cwd: Path) -> refs.Resolver:
    """Refs to pins, pins to environments. Returns what looked the refs up."""
    settings = run_.settings
    resolver = looking_up.resolver_for(settings, workspace, cwd)
    with run_.stage("resolve", f"{settings.provider.name} {settings.provider_ref or ''}".strip()):
        looking_up.resolve_all(run_, resolver, workspace, cwd)
        testing.prepare(run_, workspace)
    settings = run_.settings
    compared = run_.baseline
    if run_.alone:
        compared = None
        run_.notes.append(looking_up.why_alone(run_))
    with run_.stage("install", _installing(run_)):
        if run_.snapshot is not None:
            run_.built = snapshots.build(run_, workspace)
            return resolver
        run_.built = environments.build(
            settings, run_.candidate, run_.consumer, compared, workspace, run_.progress
        )
    return resolver


def _checkout(run_: Run, resolver: refs.Resolver) -> refs.Checkout | None:
    """Where the consumer's files lie in its repository, where a finding is shown at one."""
    if run_.examined is None or not run_.examined.judgement.findings:
        return None
    if run_.consumer is not None:
        return resolver.checkout(run_.consumer)
    assert run_.built is not None
    editable = run_.built.candidate.consumer.editable
    return refs.of_folder(editable.folder) if editable else None


def _installing(run_: Run) -> str:
    pins = (run_.candidate, run_.consumer)
    return ", ".join(f"{pin.name} {pin.version or pin.source}" for pin in pins if pin)


def _examine(run_: Run, workspace: Workspace) -> None:
    built, settings = run_.built, run_.settings
    assert built is not None
    subjects = [subject(built.candidate)]
    if built.baseline is not None:
        subjects.append(subject(built.baseline))
    if run_.snapshot is not None:
        subjects.append(recorded_subject(run_.snapshot, subjects[0]))
    tests = testing.try_tests(run_, subjects, workspace)
    shown = tests.shown if tests is not None else ()
    with run_.stage("probe", f"{len(subjects)} environment{'s'[: len(subjects) - 1]}"):
        run_.examined = examine(subjects, settings, workspace.new("probe"), shown=shown)
    run_.timings["judge"] = run_.examined.judge_seconds
    run_.timings["probe"] -= run_.examined.judge_seconds
    testing.conclude(run_, tests)
