"""Which models need no replay, as both sides have the same of them, code included."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from contract_check import observe
from contract_check.model.observation import Described
from contract_check.model.settings import Settings
from contract_check.observe.changes import NOTHING_KNOWN, Changes, compared
from contract_check.pipeline.subjects import Subject


def changes_between(
    subjects: Sequence[Subject],
    sessions: Sequence[observe.Session],
    described: Sequence[Described],
    settings: Settings,
    pool: ThreadPoolExecutor,
) -> Changes:
    """Ask both probes what the models are made of, where an answer can be trusted.

    Returns:
        What differs; nothing is known without a baseline, where third parties differ too, or
        where the provider's other files do, which code may read in any way.
    """
    if len(subjects) < 2 or not settings.fingerprints or not _are_comparable(*subjects[:2]):
        return NOTHING_KNOWN
    refs = sorted(
        {
            ref
            for told in described
            for ref, symbol in told.symbols.items()
            if symbol.kind == "model"
        }
    )
    if not refs:
        return NOTHING_KNOWN
    roots = {root for subject in subjects for root in subject.provider.roots}
    own = set(subjects[0].consumer.roots)
    now, before = pool.map(lambda session: session.fingerprint(refs, roots, own), sessions)
    return NOTHING_KNOWN if now is None or before is None else compared(before, now)


def _are_comparable(candidate: Subject, baseline: Subject) -> bool:
    if candidate.content is None or baseline.content is None:
        return False
    data = [
        {name: digest for name, digest in content.items() if not name.endswith(".py")}
        for content in (candidate.content, baseline.content)
    ]
    return (
        with_the_same_others(candidate, baseline)
        and data[0] == data[1]
        and candidate.provider.roots == baseline.provider.roots
    )


def with_the_same_others(candidate: Subject, baseline: Subject) -> bool:
    """Whether consumer and third parties are the same on both sides."""
    others = [
        {name: version for name, version in side.packages.items() if name != side.provider.name}
        for side in (candidate, baseline)
    ]
    return others[0] == others[1] and candidate.consumer == baseline.consumer
