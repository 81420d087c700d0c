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


class ListFormat(StrEnum):
    """How the list of rules is written."""

    TEXT = "text"
    JSON = "json"


def _complete_rule(incomplete: str) -> list[tuple[str, str]]:
    from contract_check.rules import catalogue

    return [(rule.id, rule.summary) for rule in catalogue() if rule.id.startswith(incomplete)]


def explain(
    rule: Annotated[
        str,
        typer.Argument(metavar="RULE", help="The rule's id.", autocompletion=_complete_rule),
    ],
) -> None:
    """Explain a rule: what it means, why it breaks, an example, what to do."""
    from contract_check.rules import catalogue

    known = {known.id: known for known in catalogue()}
    if rule not in known:
        near = difflib.get_close_matches(rule, known, n=3, cutoff=0.4)
        meant = f"Did you mean {' or '.join(near)}? " if near else ""
        raise UsageError(
            f"there is no rule {rule!r}", hint=f"{meant}`contract-check rules` lists them all."
        )
    exits.show(_explanation(known[rule]))


def rules(
    format: Annotated[
        ListFormat, typer.Option("--format", help="How to write the list.")
    ] = ListFormat.TEXT,
) -> None:
    """List every rule: id, family, severity, directions and what it is about."""
    from contract_check.rules import catalogue

    rows = [_row(rule) for rule in catalogue()]
    if format is ListFormat.JSON:
        exits.show(json.dumps(rows, indent=2, ensure_ascii=False))
    else:
        exits.show(_table(rows))


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
