"""What a run's refs stand for: the candidate, the consumer, and the baseline that it declares."""

from __future__ import annotations

import difflib
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from contract_check import environments, refs
from contract_check.environments import Workspace
from contract_check.model.errors import CheckError, UsageError
from contract_check.model.refs import Package, Pin, Ref
from contract_check.model.settings import Settings
from contract_check.pipeline import snapshots
from contract_check.pipeline.state import Run
from contract_check.support.redact import redact

_ALIKE = 0.75
"""How alike two names are of which one may be meant by the other (difflib's ratio)."""


def resolver_for(settings: Settings, workspace: Workspace, cwd: Path) -> refs.Resolver:
    """What looks up the refs of one run."""
    return refs.Resolver(
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


def resolve_all(run_: Run, resolver: refs.Resolver, workspace: Workspace, cwd: Path) -> None:
    """Find the candidate, the consumer and the baseline.

    A consumer that takes the provider from a repository or a folder tells where the refs of the
    provider are looked up.

    Raises:
        CheckError: one of them can't be had.
        UsageError: a text is no ref.
    """
    settings = run_.settings
    if snapshots.is_snapshot(settings.baseline):
        run_.baseline = snapshots.adopt(run_, cwd)
    ref = None if settings.provider_ref is None else refs.parse(settings.provider_ref)
    needed = settings.environment is None or settings.consumer_ref is not None
    if needed and ref is not None and _tells_nothing(ref, settings.provider):
        run_.consumer = _consumer_pin(run_, resolver)
        run_.settings = replace(settings, provider=_source(run_, resolver, workspace))
    if ref is not None:
        run_.candidate = _candidate_pin(run_, ref, resolver)
    if needed and run_.consumer is None:
        run_.consumer = _consumer_pin(run_, resolver)
    if run_.snapshot is None:
        run_.baseline = _baseline_pin(run_, resolver, workspace)
    run_.settings = replace(run_.settings, local_requirements=_local_requirements(run_))


def resolve_baseline(run_: Run, resolver: refs.Resolver, workspace: Workspace) -> None:
    """Find the consumer, and as the one provider of the run the baseline.

    Raises:
        CheckError: one of them can't be had, or there is no baseline.
        UsageError: a text is no ref.
    """
    settings = run_.settings
    run_.consumer = _consumer_pin(run_, resolver)
    run_.settings = replace(settings, provider=_source(run_, resolver, workspace))
    if settings.baseline is None and settings.environment is not None:
        return
    run_.candidate = _baseline_pin(run_, resolver, workspace)
    if run_.candidate is None:
        raise CheckError(
            run_.notes[-1] if run_.notes else "there is no baseline",
            stage="refs",
            side="baseline",
            hint="Name the state to take a snapshot of: contract-check snapshot --baseline REF.",
        )
    run_.settings = replace(run_.settings, local_requirements=_local_requirements(run_))


def _tells_nothing(ref: Ref, provider: Package) -> bool:
    """Whether it is open which repository a ref is looked up in."""
    return provider.repository is None and ref.kind in ("auto", "git")


def _source(run_: Run, resolver: refs.Resolver, workspace: Workspace) -> Package:
    """The provider, with the repository that the consumer takes it from."""
    provider, consumer = run_.settings.provider, run_.consumer
    assert consumer is not None
    if consumer.kind == "version":  # registries refuse what takes something from elsewhere
        return provider
    requirement = _stated(run_)
    if requirement is None and consumer.kind != "path":
        requirement = _requirement(run_, workspace)
    return provider if requirement is None else resolver.source_of(requirement, provider)


def _stated(run_: Run) -> str | None:
    """Where the consumer's project says that it takes the provider from; None if it does not."""
    consumer, name = run_.consumer, canonicalize_name(run_.settings.provider.name)
    if consumer is None or consumer.kind != "path" or consumer.path is None:
        return None
    if consumer.requires is not None:
        placed = (Requirement(line) for line in consumer.requires if " @ " in line)
        return next((str(one) for one in placed if canonicalize_name(one.name) == name), None)
    project = refs.read_project(consumer.path)
    return None if project is None else project.sources.get(name)


def _requirement(run_: Run, workspace: Workspace) -> str | None:
    return environments.consumer_requirement(run_.settings, run_.consumer, workspace)


def _local_requirements(run_: Run) -> tuple[str, ...]:
    """What consumer and provider take from folders and repositories besides each other."""
    own = {run_.settings.provider.name, run_.settings.consumer.name}
    folders = [pin.path for pin in (run_.consumer, run_.candidate) if pin is not None]
    lines = [line for folder in folders if folder for line in refs.local_requirements(folder)]
    found = {canonicalize_name(Requirement(line).name): line for line in lines}
    return tuple(line for name, line in found.items() if name not in own)


def _candidate_pin(run_: Run, ref: Ref, resolver: refs.Resolver) -> Pin:
    settings = run_.settings
    try:
        return resolver.resolve(ref, settings.provider, any_python=True)
    except CheckError as error:
        if settings.environment is not None:
            raise _with_hint(
                error,
                "Leave --provider-ref out to check what is installed in the environment given: "
                f"with it, what is there is compared with the one asked for. Else {error.hint}",
            ) from error
        meant = _meant(run_, resolver)
        if meant is None:
            raise
        raise _with_hint(
            error,
            f"did you mean {meant}, which {settings.consumer.name} requires? Else {error.hint}",
        ) from error


def _meant(run_: Run, resolver: refs.Resolver) -> str | None:
    """A package that the consumer requires, and that is called much like the provider."""
    consumer, provider = run_.consumer, run_.settings.provider.name
    if consumer is None:
        with suppress(CheckError, UsageError):  # the error that this is a hint for stands
            consumer = _consumer_pin(run_, resolver)
    if consumer is None or consumer.path is None:
        return None
    project = refs.read_project(consumer.path)
    names = () if project is None or provider in project.required else project.required
    return next(iter(difflib.get_close_matches(provider, names, n=1, cutoff=_ALIKE)), None)


def _with_hint(error: CheckError, hint: str) -> CheckError:
    return CheckError(
        error.message, stage=error.stage, side=error.side, hint=hint, detail=error.detail
    )


def _consumer_pin(run_: Run, resolver: refs.Resolver) -> Pin:
    settings = run_.settings
    if settings.consumer_path is not None:
        return refs.pin_loose(settings.consumer_path, settings.consumer, settings.provider)
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
    requirement = _stated(run_) or _requirement(run_, workspace)
    if requirement is None:
        run_.notes.append(_none_declared(run_, resolver))
        return None
    try:
        pin = resolver.declared(requirement, _in_its_repository(run_))
    except CheckError as error:
        raise CheckError(
            f"the baseline, which {settings.consumer.name} declares as "
            f"{redact(requirement)!r}, can't be had: {error.message}",
            stage=error.stage,
            side="baseline",
            hint=f"Name another with {_another(run_, resolver)}, or do without with "
            "--baseline none.",
            detail=error.detail,
        ) from error
    if _same_folder(pin, run_.candidate) and pin.path is not None:
        return resolver.last_commit(pin.path, settings.provider) or pin
    return pin


def _none_declared(run_: Run, resolver: refs.Resolver) -> str:
    consumer, provider = run_.settings.consumer.name, run_.settings.provider.name
    meant = _meant(run_, resolver)
    also = f" (it requires {meant}: is that meant?)" if meant else ""
    return (
        f"{consumer} declares no requirement on {provider}{also}, so there is no baseline; name "
        "one with --baseline"
    )


def _another(run_: Run, resolver: refs.Resolver) -> str:
    """What else a baseline can be, for the hint."""
    try:
        tags = resolver.tags(_in_its_repository(run_))
    except (CheckError, UsageError):
        tags = ()  # the error that it would be a hint for stands without it
    if tags:
        return f"--baseline {tags[0]} (tags of its repository: {', '.join(tags[-5:])})"
    return "--baseline REF (a version, tag, commit, folder, ...)"


def _same_folder(pin: Pin, candidate: Pin | None) -> bool:
    folder = candidate.path if candidate is not None and candidate.kind == "path" else None
    return pin.kind == "path" and folder is not None and pin.path == folder


def _in_its_repository(run_: Run) -> Package:
    """The provider, with the candidate's folder as its repository where none is configured."""
    provider, candidate = run_.settings.provider, run_.candidate
    folder = candidate.path if candidate is not None and candidate.kind == "path" else None
    if provider.repository is not None or folder is None:
        return provider
    return refs.in_repository(provider, folder) or provider


def why_alone(run_: Run) -> str:
    """Why there is nothing to compare with, where the candidate is the baseline."""
    told = "the candidate is the baseline, so only what one environment shows was checked"
    baseline = run_.baseline
    if baseline is None or baseline.kind != "path":
        return told
    return (
        f"{told}: {run_.settings.consumer.name} takes {run_.settings.provider.name} from that very "
        "folder, and nothing in it changed since its last commit; compare with a tag, a branch or "
        "an earlier commit by --baseline REF"
    )
