"""What a mutant is."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

Files = dict[str, str]
"""A distribution as installed: path to text, its metadata among them."""

Change = Callable[[Files], None]
"""Alters the files in place; raises ValueError where it finds nothing to alter."""

Effect = Literal["breaking", "warning", "harmless"]


@dataclass(frozen=True)
class Mutant:
    """One change of the provider.

    Args:
        id: unique in the corpus.
        effect: what it does to this consumer, in truth.
        rules: the rules that name it rightly, any of them; none for a harmless one.
        changes: applied in order.
        silent: for a harmless one, that not even a warning is due.
        whole: it shows only in metadata that an installer reads, so it always takes the
            command line.
    """

    id: str
    effect: Effect
    rules: frozenset[str]
    changes: tuple[Change, ...]
    silent: bool = True
    whole: bool = False


def breaking(id_: str, rules: str, *changes: Change, whole: bool = False) -> Mutant:
    """A change that breaks the consumer.

    Args:
        rules: ids of the rules that name it rightly, separated by spaces.
    """
    return Mutant(id_, "breaking", frozenset(rules.split()), changes, whole=whole)


def warning(id_: str, rules: str, *changes: Change, whole: bool = False) -> Mutant:
    """A change that breaks nothing yet and deserves a word."""
    return Mutant(id_, "warning", frozenset(rules.split()), changes, whole=whole)


def harmless(id_: str, *changes: Change, silent: bool = True, whole: bool = False) -> Mutant:
    """A change that breaks nothing."""
    return Mutant(id_, "harmless", frozenset(), changes, silent=silent, whole=whole)


def apply(mutant: Mutant, original: Files) -> Files:
    """The provider's files with the change in them.

    Raises:
        ValueError: the change found nothing to alter, or altered nothing.
    """
    files = dict(original)
    for change in mutant.changes:
        before = dict(files)
        try:
            change(files)
        except ValueError as error:
            raise ValueError(f"{mutant.id}: {error}") from error
        if files == before:
            raise ValueError(f"{mutant.id}: a change alters nothing")
    return files


def check_unique(mutants: Iterable[Mutant]) -> None:
    """Refuse two mutants of one name."""
    seen: set[str] = set()
    for mutant in mutants:
        if mutant.id in seen:
            raise ValueError(f"two mutants are called {mutant.id}")
        seen.add(mutant.id)
