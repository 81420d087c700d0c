"""A snapshot in place of the baseline: found by its file, its third parties kept."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from contract_check import environments, observe
from contract_check.environments import Built, Workspace
from contract_check.model.errors import CheckError
from contract_check.model.refs import Pin
from contract_check.model.snapshot import Snapshot
from contract_check.pipeline.state import Run

ENDING = ".json"


def is_snapshot(baseline: str | None) -> bool:
    """Whether a baseline is named that is a snapshot's file, there or not."""
    return baseline is not None and baseline.endswith(ENDING) and "://" not in baseline


def adopt(run_: Run, cwd: Path) -> Pin:
    """Read the snapshot that the settings name as baseline, and return what it is of.

    Raises:
        CheckError: it can't be read, or is of other packages.
    """
    settings = run_.settings
    named = Path(settings.baseline or "").expanduser()
    folders = [cwd, *([settings.home] if settings.home is not None else [])]
    file = next((path for folder in folders if (path := folder / named).exists()), cwd / named)
    snapshot = observe.read_snapshot(file)
    for here, there, option in (
        (settings.provider.name, snapshot.provider.name, "--provider"),
        (settings.consumer.name, snapshot.consumer.name, "--consumer"),
    ):
        if here != there:
            raise CheckError(
                f"{file} is a snapshot for {there}, and {here} is in question",
                stage="refs",
                side="baseline",
                hint=f"Name another snapshot with --baseline, or {option} {there}.",
            )
    run_.snapshot = snapshot
    pin = snapshot.provider.pin
    return Pin(
        name=snapshot.provider.name,
        kind=pin.kind if pin else "version",
        requested=settings.baseline,
        requirement="",
        source=f"the snapshot {named.name}",
        version=snapshot.provider.version,
        commit=pin.commit if pin else None,
        sha256=pin.sha256 if pin else None,
    )


def build(run_: Run, workspace: Workspace) -> Built:
    """The candidate's environment, with the third parties of the snapshot where they fit.

    Raises:
        CheckError: it can't be built.
    """
    snapshot, settings = run_.snapshot, run_.settings
    assert snapshot is not None
    kept = _third_parties(run_, snapshot)
    further = (*settings.with_requirements, *(f"{name}=={kept[name]}" for name in sorted(kept)))
    pinned = replace(settings, with_requirements=further)
    try:
        built = environments.build(
            pinned, run_.candidate, run_.consumer, None, workspace, run_.progress
        )
    except CheckError as error:
        if not kept:
            raise
        built = environments.build(
            settings, run_.candidate, run_.consumer, None, workspace, run_.progress
        )
        run_.notes.append(
            "the third parties of the snapshot can't all be had in their versions, so others were "
            f"taken: {error.message}"
        )
    now = {
        name: version
        for name, version in built.candidate.packages.items()
        if name not in _own(run_)
    }
    run_.differences = environments.differences(now, kept | _local(run_, snapshot))
    python = snapshot.observation.described.runtime.python
    if _minor(python) != _minor(built.candidate.python_version):
        run_.differences = (
            f"Python {python} (snapshot) / {built.candidate.python_version} (candidate)",
            *run_.differences,
        )
    return built


def _own(run_: Run) -> set[str]:
    return {run_.settings.provider.name, run_.settings.consumer.name}


def _placed(run_: Run) -> set[str]:
    """Third parties that come from folders or repositories, in no version of any index."""
    return {canonicalize_name(Requirement(line).name) for line in run_.settings.local_requirements}


def _third_parties(run_: Run, snapshot: Snapshot) -> dict[str, str]:
    return _named(snapshot, _own(run_) | _placed(run_), kept=False)


def _local(run_: Run, snapshot: Snapshot) -> dict[str, str]:
    return _named(snapshot, _placed(run_), kept=True)


def _named(snapshot: Snapshot, names: Iterable[str], *, kept: bool) -> dict[str, str]:
    wanted = set(names)
    packages = snapshot.observation.packages
    return {name: version for name, version in packages.items() if (name in wanted) is kept}


def _minor(version: str) -> list[str]:
    return version.split(".")[:2]
