"""What this room needs of a type checker; any that offers it can take the place of another."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from contract_check.model.reading import Diagnostic


class CheckerFailed(Exception):  # noqa: N818 - it is no error of this program's
    """The type checker gave no answer that can be used; its text says why, as a sentence."""


@dataclass(frozen=True)
class World:
    """What one side looks like to a type checker.

    Args:
        sources: a folder of the run with a copy of the consumer's sources, as they are imported.
        files: those files, relative to it.
        checked: those of them to report on; the others are read where these import them.
        sites: the folders that everything else is imported from, in order.
        python_version: as in `3.11.7`.
        timeout: seconds that the checker may take for one answer.
    """

    sources: Path
    files: tuple[str, ...]
    checked: tuple[str, ...]
    sites: tuple[Path, ...]
    python_version: str
    timeout: float


class Launch(Protocol):
    """Starts a program of the tool's own within the limits of the run."""

    def __call__(self, command: Sequence[str | Path], folder: Path) -> subprocess.Popen[bytes]:
        """Start it with all its streams in pipes.

        Args:
            command: the program and its arguments.
            folder: its working directory.

        Raises:
            OSError: it can't be started.
        """


@dataclass(frozen=True, order=True)
class Span:
    """An expression in a file: lines counted from one, columns in characters from nought."""

    line: int
    column: int
    end_line: int
    end_column: int


Spans = Mapping[str, Sequence[Span]]
"""File to the expressions in it that are asked about."""


class Checker(Protocol):
    """A type checker."""

    name: str

    def check(self, world: World, launch: Launch) -> tuple[Diagnostic, ...]:
        """Everything it has to say of the consumer's sources.

        Raises:
            CheckerFailed: it gave no answer that can be used.
        """

    def reveal(self, world: World, launch: Launch, spans: Spans) -> Mapping[tuple[str, Span], str]:
        """The types of expressions, as text in which classes have the names of their modules.

        An expression that it does not reach has none.

        Raises:
            CheckerFailed: it gave no answer that can be used.
        """
