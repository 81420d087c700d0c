"""The second reader at work: the consumer's sources and what each environment holds."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path

from contract_check import observe, reader
from contract_check.model.reading import Reading
from contract_check.pipeline.subjects import Subject

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
    sides = (baseline, candidate)
    worlds = [_world(subject, surroundings) for subject in sides]
    launches = [_launch(subject, surroundings) for subject in sides]
    roots = frozenset(root for subject in subjects for root in subject.provider.roots)
    own = frozenset(candidate.consumer.roots) - roots
    return reader.read(checker, worlds[0], worlds[1], (launches[0], launches[1]), roots, own)


def _launch(subject: Subject, surroundings: observe.Surroundings) -> reader.Launch:
    def launch(command: Sequence[str | Path], folder: Path) -> subprocess.Popen[bytes]:
        return surroundings.launch(f"types-{subject.side}", command, folder)

    return launch


def _world(subject: Subject, surroundings: observe.Surroundings) -> reader.World:
    folder = surroundings.folder / f"types-{subject.side}" / "sources"
    folder.mkdir(parents=True, exist_ok=True)
    files = reader.copied(subject.site, subject.files, folder)
    return reader.World(
        sources=folder,
        files=files,
        sites=(*subject.paths, *subject.sites),
        python_version=subject.python_version,
        timeout=min(surroundings.timeout, _LONGEST),
    )


def no_types(*_: object) -> Reading:
    """What there is without a type checker."""
    return Reading()
