"""A page of text: wrapped paragraphs, columns and code, with styles that can be left out."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass, field
from io import StringIO

from contract_check.reports.text import one_line, printable

Span = tuple[str, str]
"""A piece of a line and its style, in rich's words (`bold red`); the text is printable already."""


@dataclass
class Page:
    """Lines being collected. Everything written to it is made printable first.

    Args:
        width: columns that wrapped text fills. Words, paths and commands are never cut: a line
            that has to be longer is, so that it can be copied.
    """

    width: int
    lines: list[tuple[Span, ...]] = field(default_factory=list)

    def blank(self) -> None:
        """An empty line, once."""
        if self.lines and self.lines[-1]:
            self.lines.append(())

    def heading(self, text: str, style: str = "bold") -> None:
        """A section's first line, after an empty one."""
        self.blank()
        self.lines.append(((one_line(text), style),))

    def row(self, *spans: Span, indent: int = 2) -> None:
        """A line of several pieces, as they stand."""
        pieces = tuple((printable(text).replace("\n", " "), style) for text, style in spans)
        self.lines.append(((" " * indent, ""), *pieces))

    def paragraph(self, text: str, *, indent: int = 4, label: str = "", style: str = "") -> None:
        """Wrapped text; with a label, it hangs beside it in a column of its own."""
        column = indent + (max(len(label) + 1, 13) if label else 0)
        wrapped = textwrap.wrap(
            one_line(text),
            max(self.width - column, 20),
            break_long_words=False,
            break_on_hyphens=False,
        )
        lead = " " * indent + label.ljust(column - indent)
        for line in wrapped or [""]:
            self.lines.append(((lead, "dim" if label else ""), (line, style)))
            lead = " " * column

    def block(self, text: str, *, indent: int = 6, style: str = "dim") -> None:
        """Code or output, line by line as it is."""
        for line in printable(text).expandtabs(4).strip("\n").split("\n"):
            self.lines.append(((" " * indent, ""), (line.rstrip(), style)) if line.strip() else ())

    def text(self, *, color: bool) -> str:
        """The whole page."""
        if color:
            return self._painted()
        joined = ("".join(text for text, _ in line).rstrip() for line in self.lines)
        return "\n".join(joined) + "\n"

    def _painted(self) -> str:
        # Here, because a report for a file or a pipe does not need it and it takes its time.
        from rich.console import Console
        from rich.text import Text

        output = StringIO()
        console = Console(
            file=output,
            force_terminal=True,
            color_system="standard",
            legacy_windows=False,
            markup=False,
            emoji=False,
            highlight=False,
            _environ={},
        )
        for line in self.lines:
            console.print(Text.assemble(*line), soft_wrap=True)
        return output.getvalue()
