"""`contract-check explain` and `contract-check rules`: the catalogue of rules, for people."""

from __future__ import annotations

import difflib
import json
from collections.abc import Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from contract_check.cli import exits
from contract_check.model.errors import UsageError

if TYPE_CHECKING:
    from contract_check.rules import Rule


_NEAR = 0.6
"""How alike words must be for one to be taken for the other mistyped (`difflib`)."""


_COMPATIBILITY = """\
compatibility: which changes of payloads are breaks (the words of schema registries)

  source    only what the consumer's own code meets: a line of it, or a value that it shows
  backward  also payloads written before that are refused, or read as something else, now
  forward   also payloads written now that peers which have not upgraded refuse, or misread
  full      all of these

Declared contracts are `full`. What was found in the consumer's code is `source`: nobody said that
its payloads are stored or sent. What does not count as a break is a warning, a risk. Set it for a
run (--compatibility), in the file (compatibility = "full"), or in a [[contract]] of it.
"""
"""Ten lines, for those who ask what the option means."""


class Worth(StrEnum):
    """What a rule's findings are worth unless the policy says otherwise."""

    BREAK = "break"
    WARNING = "warning"
    INFO = "info"
    ERROR = "error"


class ListFormat(StrEnum):
    """How the list of rules is written."""

    TEXT = "text"
    JSON = "json"


def _complete_rule(incomplete: str) -> list[tuple[str, str]]:
    from contract_check.judge.policy import REMARKS
    from contract_check.rules import catalogue
    from contract_check.rules.ran import RUN_RULES

    known = [(rule.id, rule.summary) for rule in catalogue()]
    known += [(remark.id, remark.summary) for remark in (*RUN_RULES, *REMARKS)]
    return [(name, summary) for name, summary in known if name.startswith(incomplete)]


def explain(
    rule: Annotated[
        str,
        typer.Argument(metavar="RULE", help="The rule's id.", autocompletion=_complete_rule),
    ],
) -> None:
    """Explain a rule, or `compatibility`: meaning, and what to do."""
    from contract_check.judge.policy import REMARKS
    from contract_check.rules import catalogue
    from contract_check.rules.ran import RUN_RULES

    known = {known.id: known for known in catalogue()}
    remarks = {remark.id: remark for remark in (*RUN_RULES, *REMARKS)}
    name = rule.strip().lower().replace("_", "-")
    if name == "compatibility":
        exits.show(_COMPATIBILITY.rstrip())
        return
    if name in remarks:
        remark = remarks[name]
        about = f"(said of the policy, {remark.severity.value})"
        exits.show(f"{name}: {remark.summary}\n{about}\n\n{remark.doc.strip()}")
        return
    if name not in known:
        near = difflib.get_close_matches(name, [*known, *remarks], n=3, cutoff=_NEAR)
        meant = f"Did you mean {' or '.join(near)}? " if near else ""
        raise UsageError(
            f"there is no rule {rule!r}", hint=f"{meant}`contract-check rules` lists them all."
        )
    exits.show(_explanation(known[name]))


def _complete_family(incomplete: str) -> list[str]:
    names = (family.replace(" ", "-") for family in _families())  # one word for every shell
    return [name for name in names if name.startswith(incomplete)]


def rules(
    text: Annotated[
        str,
        typer.Argument(
            metavar="TEXT",
            help="Only rules with this in their id or summary.",
            show_default=False,
        ),
    ] = "",
    family: Annotated[
        str | None,
        typer.Option(
            "--family",
            metavar="NAME",
            autocompletion=_complete_family,
            help="Only rules of this family, such as fields or enums.",
        ),
    ] = None,
    severity: Annotated[
        Worth | None,
        typer.Option(
            "--severity",
            case_sensitive=False,
            help="Only rules of this default severity; by an error rule the check itself fails.",
        ),
    ] = None,
    format: Annotated[
        ListFormat,
        typer.Option("--format", case_sensitive=False, help="How to write the list."),
    ] = ListFormat.TEXT,
) -> None:
    """List rules, all or some: id, severity, family, directions."""
    from contract_check.rules import catalogue

    wanted = family and family.lower().replace("-", " ")
    if wanted is not None and wanted not in _families():
        raise UsageError(
            f"--family: there is no family {family!r}",
            hint=f"The families are: {', '.join(_families())}.",
        )
    every = [_row(rule) for rule in catalogue()]
    rows = [
        row
        for row in every
        if wanted in (None, row["family"])
        and severity in (None, row["severity"])
        and text.lower() in f"{row['id']} {row['summary']}".lower()
    ]
    if format is ListFormat.JSON:
        exits.show(json.dumps(rows, indent=2, ensure_ascii=False))
        return
    count = f"{len(rows)} rules" if rows == every else f"{len(rows)} of {len(every)} rules"
    exits.show(f"{_table(rows)}\n\n{count}" if rows else count)


def _families() -> tuple[str, ...]:
    from contract_check.rules import catalogue

    return tuple(dict.fromkeys(rule.family for rule in catalogue()))


def _explanation(rule: Rule) -> str:
    row = _row(rule)
    facts = f"{row['family']}, {row['severity']}"
    if rule.directions:
        facts += f", {_joined(rule)}"
    return f"{rule.id}: {rule.summary}\n({facts})\n\n{rule.doc.strip()}"


def _row(rule: Rule) -> dict[str, str | list[str]]:
    return {
        "id": rule.id,
        "family": rule.family,
        # A rule without a severity is no finding: the check itself fails by it.
        "severity": rule.severity.value if rule.severity else "error",
        "directions": [direction.value for direction in rule.directions],
        "summary": rule.summary,
    }


def _joined(rule: Rule) -> str:
    return ", ".join(direction.value for direction in rule.directions)


def _table(rows: Sequence[dict[str, str | list[str]]]) -> str:
    """Columns as wide as they have to be, two lines a rule so that 80 columns do."""
    width = max((len(row["id"]) for row in rows), default=0)
    lines = []
    for row in rows:
        directions = ", ".join(row["directions"])
        facts = f"{row['severity']:<7}  {row['family']:<15}  {directions}"
        lines.append(f"{row['id']:<{width}}  {facts}".rstrip())
        lines.append(f"    {row['summary']}")
    return "\n".join(lines)
