"""Help pages: whole names at 80 columns, options under headings, examples that can be copied."""

from __future__ import annotations

import difflib
from typing import Any

from typer.core import TyperGroup


class Sections(TyperGroup):
    """A command whose options stand under the headings that they name (`rich_help_panel`)."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command that is meant; a ref that was given without its option is told so."""
        word = args[0]
        if word not in self.commands and ctx.params.get("provider_ref") is None:
            from contract_check.support.redact import redact

            if not difflib.get_close_matches(word, self.commands):
                shown = redact(word)
                ctx.fail(f"No such command '{shown}'. Did you mean --core-ref {shown}?")
        return super().resolve_command(ctx, args)

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Write the options, section by section in the order of their first option."""
        sections: dict[str, list[tuple[str, str]]] = {}
        for parameter in self.get_params(ctx):
            record = parameter.get_help_record(ctx)
            if record is not None:
                title = getattr(parameter, "rich_help_panel", None) or "Other options"
                sections.setdefault(title, []).append(record)
        for title, records in sections.items():
            with formatter.section(title):
                formatter.write_dl(records)
        self.format_commands(ctx, formatter)


def as_it_stands(title: str, *lines: str) -> str:
    """A paragraph of a help page that is not wrapped: a title, and lines below it."""
    return "\n".join(("\b", f"{title}:", *(f"  {line}" for line in lines)))  # \b: Click's mark


def examples(*commands: str) -> str:
    """The end of a help page: command lines that can be copied."""
    return as_it_stands("Examples", *(f"contract-check {command}".strip() for command in commands))
