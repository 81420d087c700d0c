"""Takes a snapshot: the baseline alone becomes an environment, and what it says a document."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

from contract_check import environments, observe, refs
from contract_check.environments import Environment, Workspace
from contract_check.model.errors import Overdue
from contract_check.model.refs import Pin
from contract_check.model.report import PinReport
from contract_check.model.settings import Progress, Settings
from contract_check.model.snapshot import RecordedPackage, Snapshot
from contract_check.pipeline import limits, looking_up, snapshots, testing
from contract_check.pipeline.state import Run
from contract_check.pipeline.subjects import hidden, subject
from contract_check.support import deadline


def take(settings: Settings, progress: Progress, *, cwd: Path, like: Snapshot | None = None) -> str:
    """Ask the baseline everything, and return the text of its snapshot.

    Args:
        settings: complete; their `baseline` is what to ask, by default what the consumer declares.
        progress: told what is going on.
        cwd: the current folder.
        like: an older snapshot, whose third parties are taken where they can be had.

    Raises:
        CheckError: the baseline can't be had, or gave no answer.
        UsageError: the settings contradict each other or hold a text that is no ref.
    """
    run_ = Run(settings, progress, time.perf_counter(), snapshot=like)
    with Workspace(keep=settings.keep_environments, progress=progress) as workspace:
        try:
            with deadline.within(settings.longest_run):
                snapshot = _take(run_, workspace, cwd)
        except Overdue as late:
            raise limits.overdue(late) from late
        environments.check_untouched(workspace)
    secrets = (*hidden(settings).values(), *limits.credentials(settings))
    return observe.snapshot_text(snapshot, secrets)


def _take(run_: Run, workspace: Workspace, cwd: Path) -> Snapshot:
    resolver = looking_up.resolver_for(run_.settings, workspace, cwd)
    with run_.stage("resolve", run_.settings.provider.name):
        looking_up.resolve_baseline(run_, resolver, workspace)
        testing.prepare(run_, workspace)
    with run_.stage("install", run_.settings.provider.name):
        if run_.snapshot is not None:  # to be held against: with the same third parties
            built = snapshots.build(run_, workspace)
        else:
            built = environments.build(
                run_.settings, run_.candidate, run_.consumer, None, workspace, run_.progress
            )
    about = replace(subject(built.candidate), side="baseline")
    with run_.stage("probe", "1 environment"):
        from contract_check.pipeline.recording import record

        told = record(
            about,
            run_.settings,
            workspace.new("probe"),
            _package(built.candidate, run_.candidate, run_.settings.baseline, consumer=False),
            _package(built.candidate, run_.consumer, None, consumer=True),
        )
    tests = testing.record_tests(run_, about, workspace)
    return told.model_copy(update={"tests": tests})


def _package(
    environment: Environment, pin: Pin | None, requested: str | None, *, consumer: bool
) -> RecordedPackage:
    """A package as far as it is the same wherever the snapshot is taken: folders have no path."""
    found = environment.consumer if consumer else environment.provider
    if pin is None or consumer:
        return RecordedPackage(name=found.name, version=found.version)
    local = pin.path is not None or pin.kind in ("path", "wheel")
    return RecordedPackage(
        name=found.name,
        version=found.version,
        requested=None if requested is None else refs.parse(requested).text,
        pin=PinReport(
            kind=pin.kind,
            version=pin.version,
            commit=pin.commit,
            source="" if local else pin.source,
            sha256=pin.sha256,
        ),
    )
