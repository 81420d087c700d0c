"""Opens what answers for a side: a probe in its environment, or a snapshot."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from contract_check import observe
from contract_check.model.contracts import Contract
from contract_check.model.settings import Settings
from contract_check.pipeline.subjects import Subject

_OTHER_SEED = 3
"""Of hashes, where a side is observed once more."""


@dataclass(frozen=True)
class Sessions:
    """Opens the sessions of one run.

    Args:
        staged: what `observe.stage_probe` returned.
        surroundings: variables, folders and limits.
        vital: names of modules, symbols and contracts without which there is no check.
        roots: top-level names of the provider's packages.
    """

    staged: Path
    surroundings: observe.Surroundings
    vital: frozenset[str]
    roots: tuple[str, ...]

    def open(
        self, subjects: Sequence[Subject], stack: ExitStack, *, again: bool = False
    ) -> list[observe.Session]:
        """Start to ask each subject; `again` with other hashes than the first time."""
        opened: list[observe.Session] = []
        for subject in subjects:
            session = self._session(subject, again)
            stack.enter_context(session)
            opened.append(session)
        return opened

    def _session(self, subject: Subject, again: bool) -> observe.Session:
        if subject.recorded is not None:
            return observe.Recorded(subject.recorded, self.surroundings)
        return observe.Probe(
            subject.python,
            subject.side,
            staged=self.staged,
            surroundings=self.surroundings,
            paths=subject.paths,
            name=f"{subject.side}-again" if again else subject.side,
            seed=_OTHER_SEED if again else 0,
            vital=self.vital,
            roots=self.roots,
        )


def sessions_for(
    subjects: Sequence[Subject], settings: Settings, around: observe.Surroundings, folder: Path
) -> Sessions:
    """What opens the sessions of one run.

    Args:
        subjects: the candidate, and the baseline if there is one.
        settings: has the declared contracts.
        around: variables, folders and limits.
        folder: an empty folder of the run, for the probe's files.
    """
    roots = tuple({root: None for subject in subjects for root in subject.provider.roots})
    vital = _vital(settings.contracts, (*roots, *_only(subjects[0].consumer.roots)))
    return Sessions(observe.stage_probe(folder), around, vital, roots)


def _only(roots: Sequence[str]) -> Sequence[str]:
    """The one package of a consumer; of several, or of scripts, each can be done without."""
    return roots if len(roots) == 1 else ()


def _vital(contracts: Sequence[Contract], roots: Sequence[str]) -> frozenset[str]:
    """Names without which there is no check: of declared contracts, and of whole packages."""
    refs = [ref for item in contracts for ref in (item.provider, item.consumer, item.app) if ref]
    modules = [ref.partition(":")[0] for ref in refs]
    return frozenset((*roots, *refs, *modules, *(item.name for item in contracts)))
