"""The surroundings of everything that a run starts on its subjects: probes, witnesses, tests."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from contract_check import observe
from contract_check.model.settings import Settings
from contract_check.pipeline.subjects import Subject, handed, reads


def surroundings(
    subjects: Sequence[Subject], settings: Settings, folder: Path
) -> observe.Surroundings:
    """Variables, folders and limits, confinement included.

    Args:
        subjects: what is examined; each one's processes read its own packages.
        settings: variables, limits, cache and network.
        folder: an empty folder of the run.
    """
    return observe.Surroundings(
        folder=folder,
        env={**settings.env, **handed(settings)},
        timeout=settings.timeout,
        memory_limit=settings.memory_limit,
        reads=reads(subjects),
        hidden=(settings.cache_dir,),
        network=settings.allow_network,
        sites=tuple({site: None for subject in subjects for site in subject.sites}),
    )
