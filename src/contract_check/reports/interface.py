"""What a report format is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Protocol

from contract_check.model.report import Report, Reports


@dataclass(frozen=True)
class RenderOptions:
    """What the place a report goes to can show.

    Args:
        width: columns.
        color: ANSI styles may be used.
        symbols: characters beyond ASCII may be used for marks.
        verbose: everything there is, passed checks and package lists too.
    """

    width: int = 80
    color: bool = False
    symbols: bool = True
    verbose: bool = False


class Format(Protocol):
    """One way to write a report."""

    name: ClassVar[str]
    """What `--format` calls it: its module's name, with dashes for underscores."""

    summary: ClassVar[str]
    """One line for the help text."""

    def render(self, report: Report, options: RenderOptions) -> str:
        """The whole report as text that ends with a newline."""
        ...

    def render_all(self, reports: Reports, options: RenderOptions) -> str:
        """The reports of a run with several consumers, as one text that ends with a newline."""
        ...
