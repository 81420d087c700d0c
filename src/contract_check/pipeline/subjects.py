"""What is examined, and what that comes to."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from contract_check import environments
from contract_check.environments import Environment
from contract_check.model.errors import Side
from contract_check.model.observation import Described, Installed, Observation, Replayed
from contract_check.model.settings import Settings
from contract_check.model.snapshot import Snapshot
from contract_check.support.redact import is_secret

if TYPE_CHECKING:
    from contract_check import judge
    from contract_check.rules.case import Case


@dataclass(frozen=True)
class Subject:
    """One environment under examination, however it came about.

    Args:
        python_version: the interpreter's, as in `3.11.7`.
        paths: folders put in front of `sys.path`, for packages that are not installed.
        site: the folder that the consumer's sources lie in.
        files: the consumer's files, relative to it.
        sites: the folders that packages are imported from.
        reads: what its processes read besides their interpreter's installation and `paths`.
        provided: the folder that the provider's modules must come from; None for any.
        provider_site: the folder that the provider's sources lie in, if they can be read.
        provider_files: the provider's files, relative to it.
        content: every file of the provider that can show when it runs, with its hash; None where
            that is not known.
        recorded: the snapshot that answers in place of this side: nothing of it is run.
    """

    side: Side
    python: Path
    provider: Installed
    consumer: Installed
    site: Path
    files: tuple[str, ...]
    sites: tuple[Path, ...] = ()
    provider_site: Path | None = None
    provider_files: tuple[str, ...] = ()
    python_version: str = platform.python_version()
    paths: tuple[Path, ...] = ()
    packages: Mapping[str, str] = field(default_factory=dict)
    requirement: str | None = None
    admits: bool | None = None
    reads: tuple[Path, ...] = ()
    provided: Path | None = None
    content: Mapping[str, str] | None = None
    recorded: Snapshot | None = None


def subject(environment: Environment) -> Subject:
    """An environment that was built, as a subject."""
    return Subject(
        side=environment.side,
        python=environment.python,
        provider=environments.contents(environment.provider),
        consumer=environments.contents(environment.consumer),
        site=environment.consumer.sources,
        files=environments.files(environment.consumer),
        sites=environment.site,
        provider_site=environment.provider.sources,
        provider_files=environments.files(environment.provider),
        python_version=environment.python_version,
        packages=environment.packages,
        requirement=environment.requirement,
        admits=environment.admits,
        reads=(
            *environment.site,
            environment.provider.sources,
            environment.consumer.sources,
            *environment.reads,
        ),
        provided=environment.provider.sources,
        content=environments.content(environment.provider),
    )


def recorded_subject(snapshot: Snapshot, candidate: Subject) -> Subject:
    """A snapshot in place of the baseline's environment; files and folders are the candidate's."""
    told = snapshot.observation
    return Subject(
        side="baseline",
        python=candidate.python,
        provider=told.provider,
        consumer=told.consumer,
        site=candidate.site,
        files=candidate.files,
        python_version=candidate.python_version,
        packages=told.packages,
        requirement=told.requirement,
        admits=told.admits,
        recorded=snapshot,
    )


def provider_sources(about: Subject, roots: Iterable[str]) -> dict[str, Path]:
    """The provider's Python files, relative to site-packages, and where they are.

    A root that the provider itself no longer holds may be another distribution's now, on which it
    depends: then it is looked for where packages are imported from.

    Args:
        about: one side.
        roots: the top-level names of the provider's packages, on either side.
    """
    found: dict[str, Path] = {}
    if about.provider_site is not None:
        found = {file: about.provider_site / file for file in about.provider_files}
    held = {file.partition("/")[0].removesuffix(".py") for file in found}
    for root in sorted(set(roots) - held):
        site = next((item for item in about.sites if (item / root).is_dir()), None)
        if site is None:
            continue
        for path in sorted((site / root).rglob("*.py")):
            found[path.relative_to(site).as_posix()] = path
    return found


def observation(about: Subject, told: Described, replayed: Replayed) -> Observation:
    """Everything one environment said, with what is known of what is installed there."""
    return Observation(
        provider=about.provider,
        consumer=about.consumer,
        requirement=about.requirement,
        admits=about.admits,
        packages=dict(about.packages),
        described=told,
        replayed=replayed,
    )


@dataclass(frozen=True)
class Examined:
    """What examining came to."""

    case: Case
    judgement: judge.Judgement
    judge_seconds: float


def hidden(settings: Settings) -> dict[str, str]:
    """The variables whose values may be secrets, with those values."""
    values = {**settings.env, **handed(settings)}
    return {
        name: values[name] for name in settings.hidden if name in values and is_secret(values[name])
    }


def handed(settings: Settings) -> dict[str, str]:
    """The variables that the person hands on and that are set."""
    return {name: os.environ[name] for name in settings.pass_env if name in os.environ}


def reads(subjects: Sequence[Subject]) -> dict[Path, tuple[Path, ...]]:
    """What the processes of each interpreter read, which two sides may share."""
    found: dict[Path, tuple[Path, ...]] = {}
    for subject in subjects:
        own = (*subject.reads, *subject.sites, subject.site)
        found[subject.python] = (*found.get(subject.python, ()), *own)
    return found
