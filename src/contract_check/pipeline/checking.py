"""The second reader at work: the consumer's sources and what each environment holds."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path

from contract_check import observe, reader, usage
from contract_check.model.reading import Reading
from contract_check.pipeline.sameness import with_the_same_others
from contract_check.pipeline.subjects import Subject, provider_sources

_LONGEST = 120.0
"""Seconds, however long a probe may take."""


def check_types(
    subjects: Sequence[Subject],
    surroundings: observe.Surroundings,
    checker: reader.Checker,
) -> Reading:
    """What a type checker says of the candidate alone.

    Args:
        subjects: the candidate, and the baseline if there is one: without, nothing is new.
        surroundings: folders and limits.
        checker: the type checker.
    """
    if len(subjects) != 2:
        return Reading(checker=checker.name)
    candidate, baseline = subjects
    if baseline.recorded is not None:
        problem = "a snapshot holds no sources of the baseline to compare them with"
        return Reading(checker=checker.name, problem=problem)
    roots = frozenset(root for subject in subjects for root in subject.provider.roots)
    if are_alike(candidate, baseline, roots):
        return Reading(checker=checker.name)
    sides = (baseline, candidate)
    worlds = [_world(subject, surroundings, roots) for subject in sides]
    launches = [_launch(subject, surroundings) for subject in sides]
    own = frozenset(candidate.consumer.roots) - roots
    return reader.read(checker, worlds[0], worlds[1], (launches[0], launches[1]), roots, own)


def _launch(subject: Subject, surroundings: observe.Surroundings) -> reader.Launch:
    def launch(command: Sequence[str | Path], folder: Path) -> subprocess.Popen[bytes]:
        return surroundings.launch(f"types-{subject.side}", command, folder)

    return launch


def _world(
    subject: Subject, surroundings: observe.Surroundings, roots: frozenset[str]
) -> reader.World:
    folder = surroundings.folder / f"types-{subject.side}" / "sources"
    folder.mkdir(parents=True, exist_ok=True)
    files = reader.copied(subject.site, subject.files, folder)
    others = usage.untouched(subject.site, files, roots)
    return reader.World(
        sources=folder,
        files=files,
        checked=tuple(file for file in files if file not in others),
        sites=(*subject.paths, *subject.sites),
        python_version=subject.python_version,
        timeout=min(surroundings.timeout, _LONGEST),
    )


def are_alike(candidate: Subject, baseline: Subject, roots: frozenset[str]) -> bool:
    """Whether a type checker would say the same of both sides."""
    sides = [_read_by_checkers(side, roots) for side in (baseline, candidate)]
    return with_the_same_others(candidate, baseline) and reader.tells_the_same(*sides)


def _read_by_checkers(about: Subject, roots: frozenset[str]) -> dict[str, Path]:
    """The provider's sources and stubs, relative to site-packages, and where they are."""
    found = provider_sources(about, roots)
    if about.provider_site is not None:
        for root in roots:
            for path in sorted((about.provider_site / root).rglob("*.pyi")):
                found[path.relative_to(about.provider_site).as_posix()] = path
    return found


def no_types(*_: object) -> Reading:
    """What there is without a type checker."""
    return Reading()
