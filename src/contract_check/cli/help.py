"""Help pages: whole names at 80 columns, options under headings, examples that can be copied."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from contract_check.model.errors import UsageError

_LIBRARY: type[Exception] = typer.BadParameter.__mro__[1]
"""What the library raises for any mistake on the command line: Click's UsageError, or its own."""

_VALUE = re.compile(r"Invalid value for '(?P<option>[^']+)'(?P<variable> \(env var: [^)]*\))?: ")


@contextmanager
def _in_our_words() -> Iterator[None]:
    """Mistakes on the command line are told as all others are: a cause, and a thing to do."""
    try:
        yield
    except _LIBRARY as error:
        if type(error).__name__ == "NoArgsIsHelpError":  # no mistake: it shows the help
            raise
        raise _retold(error) from None


def _retold(error: Any) -> UsageError:
    text = _VALUE.sub(r"\g<option>\g<variable>: ", error.format_message())
    text, _, meant = text.replace("Value error, ", "").partition("Did you mean ")
    text, _, several = text.partition("(Possible options: ")
    meant = meant or several.replace(")", "?")
    text = text.strip().rstrip(".")
    command = error.ctx.command_path if error.ctx else "contract-check"
    advice = f"Did you mean {meant} " * bool(meant) + f"`{command} --help` says what there is."
    return UsageError(text[:1].lower() + text[1:], hint=advice)


class Plain(TyperCommand):
    """A command whose options may be given once, unless they collect values."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Parse, once it is known that no value outranks another without a word."""
        _refuse_twice(self, ctx, args)
        return super().parse_args(ctx, args)


def _refuse_twice(command: Any, ctx: Any, args: list[str]) -> None:
    if ctx.resilient_parsing:  # what is completed is not finished
        return
    _, _, given = command.make_parser(ctx).parse_args(args=list(args))
    for parameter in given:
        takes_one = not (parameter.multiple or getattr(parameter, "is_flag", False))
        if takes_one and parameter.param_type_name == "option" and given.count(parameter) > 1:
            raise UsageError(
                f"{' / '.join(parameter.opts)}: is given {given.count(parameter)} times",
                hint="Give it once.",
            )


class Sections(TyperGroup):
    """A command whose options stand under the headings that they name (`rich_help_panel`)."""

    def make_context(self, *args: Any, **extra: Any) -> Any:
        """Parse its own options."""
        with _in_our_words():
            return super().make_context(*args, **extra)

    def invoke(self, ctx: Any) -> Any:
        """Run it, or the command that is named, whose arguments are parsed by this."""
        with _in_our_words():
            return super().invoke(ctx)

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Parse, once it is known that no value outranks another without a word."""
        _refuse_twice(self, ctx, args)
        return super().parse_args(ctx, args)

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
