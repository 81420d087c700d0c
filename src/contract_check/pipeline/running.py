"""One run: refs become pins, pins environments, and what examining those comes to a report."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

from contract_check import environments, refs
from contract_check.environments import PythonTooOld, Workspace
from contract_check.model.errors import CheckError, UsageError
from contract_check.model.refs import Package, Pin
from contract_check.model.report import Report
from contract_check.model.settings import Progress, Settings
from contract_check.pipeline.examining import examine
from contract_check.pipeline.reporting import concealed, report
from contract_check.pipeline.state import Run
from contract_check.pipeline.subjects import hidden, subject
from contract_check.support.redact import redact


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
    with Workspace(keep=settings.keep_environments, progress=progress) as workspace:
        try:
            _prepare(run_, workspace, cwd)
            assert run_.built is not None
            _examine(run_, workspace)
        except PythonTooOld as error:
            from contract_check.pipeline import floor

            floor.judge_python(run_, workspace, error)
        except CheckError as error:
            run_.fail(error)
        _check_untouched(run_, workspace)
    return concealed(report(run_), hidden(settings).values())


def _check_untouched(run_: Run, workspace: Workspace) -> None:
    """What was seen in environments that changed meanwhile proves nothing."""
    try:
        environments.check_untouched(workspace)
    except CheckError as error:
        run_.examined = run_.judgement = None
        run_.fail(error)


def _prepare(run_: Run, workspace: Workspace, cwd: Path) -> None:
    """Refs to pins, pins to environments."""
    settings = run_.settings
    resolver = refs.Resolver(
        python=settings.python,
        offline=settings.offline,
        refresh=settings.refresh,
        exclude_newer=settings.exclude_newer,
        cache_dir=settings.cache_dir,
        installer=settings.installer,
        workspace=workspace.new("refs"),
        cwd=cwd,
        home=settings.home,
    )
    with run_.stage("resolve", f"{settings.provider.name} {settings.provider_ref or ''}".strip()):
        run_.candidate = _candidate_pin(settings, resolver)
        if settings.environment is None or settings.consumer_ref is not None:
            run_.consumer = _consumer_pin(settings, resolver)
        run_.baseline = _baseline_pin(run_, resolver, workspace)
    compared = run_.baseline
    if run_.alone:
        compared = None
        run_.notes.append(
            "the candidate is the baseline, so only what one environment shows was checked"
        )
    with run_.stage("install", _installing(run_)):
        run_.built = environments.build(
            settings, run_.candidate, run_.consumer, compared, workspace, run_.progress
        )


def _candidate_pin(settings: Settings, resolver: refs.Resolver) -> Pin | None:
    if settings.provider_ref is None:
        return None
    ref = refs.parse(settings.provider_ref)
    try:
        return resolver.resolve(ref, settings.provider, any_python=True)
    except CheckError as error:
        if settings.environment is None:
            raise
        raise CheckError(
            error.message,
            stage=error.stage,
            side=error.side,
            hint="Leave --core-ref out to check what is installed in the environment given: with "
            f"it, what is there is compared with the one asked for. Else {error.hint}",
            detail=error.detail,
        ) from error


def _consumer_pin(settings: Settings, resolver: refs.Resolver) -> Pin:
    if settings.consumer_ref is None:
        return resolver.default_consumer(settings.consumer)
    return resolver.resolve(refs.parse(settings.consumer_ref), settings.consumer)


def _baseline_pin(run_: Run, resolver: refs.Resolver, workspace: Workspace) -> Pin | None:
    """The baseline asked for, else what the consumer declares; None where it is the candidate."""
    settings = run_.settings
    if settings.baseline == "none":
        return None
    if settings.baseline is not None:
        return resolver.resolve(refs.parse(settings.baseline), _in_its_repository(run_))
    if settings.environment is not None:
        return None
    assert run_.consumer is not None
    requirement = environments.consumer_requirement(settings, run_.consumer, workspace)
    if requirement is None:
        run_.notes.append(
            f"{settings.consumer.name} declares no requirement on {settings.provider.name}, so "
            "there is no baseline; name one with --baseline"
        )
        return None
    try:
        return resolver.declared(requirement, settings.provider)
    except CheckError as error:
        tag = _tag_instead(run_, resolver, requirement)
        named = (
            f"--baseline {tag}, a tag of its repository"
            if tag
            else "--baseline REF (a version, tag, folder, ...)"
        )
        raise CheckError(
            f"the baseline, which {settings.consumer.name} declares as "
            f"{redact(requirement)!r}, can't be had: {error.message}",
            stage=error.stage,
            side="baseline",
            hint=f"Name another with {named}, or do without with --baseline none.",
            detail=error.detail,
        ) from error


def _tag_instead(run_: Run, resolver: refs.Resolver, requirement: str) -> str | None:
    """A tag that can stand for a baseline that is not released, for the hint."""
    try:
        return resolver.declared_tag(requirement, _in_its_repository(run_))
    except (CheckError, UsageError):
        return None  # the error it would be a hint for stands without it


def _in_its_repository(run_: Run) -> Package:
    """The provider, with the candidate's folder as its repository where none is configured."""
    provider, candidate = run_.settings.provider, run_.candidate
    folder = candidate.path if candidate is not None and candidate.kind == "path" else None
    if provider.repository is not None or folder is None or not (folder / ".git").exists():
        return provider
    return replace(provider, repository=str(folder))


def _installing(run_: Run) -> str:
    pins = (run_.candidate, run_.consumer)
    return ", ".join(f"{pin.name} {pin.version or pin.source}" for pin in pins if pin)


def _examine(run_: Run, workspace: Workspace) -> None:
    built, settings = run_.built, run_.settings
    assert built is not None
    subjects = [subject(built.candidate)]
    if built.baseline is not None:
        subjects.append(subject(built.baseline))
    with run_.stage("probe", f"{len(subjects)} environment{'s'[: len(subjects) - 1]}"):
        run_.examined = examine(subjects, settings, workspace.new("probe"))
    run_.timings["judge"] = run_.examined.judge_seconds
    run_.timings["probe"] -= run_.examined.judge_seconds
