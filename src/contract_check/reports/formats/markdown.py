"""The report as Markdown that fits into a comment on a pull request: a table, details folded."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import ClassVar

from contract_check.model.report import (
    ContractReport,
    Finding,
    Location,
    Report,
    ReportError,
    Reports,
    Severity,
    Unchecked,
    Verdict,
    Witness,
)
from contract_check.reports.interface import RenderOptions
from contract_check.reports.marks import code, fenced, folded, prose, row
from contract_check.reports.places import each, lines_of, path_of, what
from contract_check.reports.summary import active, first_line, plural, state_of, verdict_line
from contract_check.reports.text import one_line, shortened

MOST_CHARACTERS = 60_000
"""A comment on GitHub holds 65,536 characters; this leaves room for what others put around it."""

_RESERVE = 400
_MOST_ROWS = 40
_LONGEST_CELL = 240
_LONGEST_TEXT = 2_000
_LONGEST_CODE = 6_000
_MARKS = {Verdict.COMPATIBLE: "✅", Verdict.BREAK: "❌", Verdict.ERROR: "⚠️"}
_PASSED = {"passed": "passed", "failed": "**failed**", "unchecked": "unchecked"}


@dataclass(frozen=True)
class Block:
    """A part that is shown whole or not at all; `title` says what is missing then."""

    title: str
    text: str


class Markdown:
    """The verdict, a table of what was found, and the details of each, folded."""

    name: ClassVar[str] = "markdown"
    summary: ClassVar[str] = "Markdown for a comment: a table, details folded"

    def render(self, report: Report, options: RenderOptions) -> str:
        """The text: 60,000 characters at most, whole parts only."""
        return _fitting([_marker(report), *_blocks(report, "###")])

    def render_all(self, reports: Reports, options: RenderOptions) -> str:
        """A table of the consumers, then what was found for each."""
        blocks = [_marker(reports), _overview(reports)]
        # Verdicts and tables of all come before the details of the first.
        for report in reports.reports:
            blocks += _head(report, "####")
        for report in reports.reports:
            blocks += _details(report)
        return _fitting(blocks)


def _marker(told: Report | Reports) -> Block:
    """A comment that nobody sees, by which a bot finds its own comment again."""
    names = "-".join(report.consumer.name for report in each(told))
    return Block("", f"<!-- contract-check: {re.sub(r'[^A-Za-z0-9._-]', '', names)[:100]} -->")


def _overview(reports: Reports) -> Block:
    lines = [f"### {_MARKS[reports.verdict]} {prose(verdict_line(reports))}", ""]
    lines += [row("", "consumer", "what was found"), row("---", "---", "---")]
    lines += [
        row(
            _MARKS[report.verdict],
            prose(state_of(report.consumer)),
            prose(shortened(first_line(report), _LONGEST_CELL)),
        )
        for report in reports.reports
    ]
    return Block("the table of the consumers", "\n".join(lines))


def _blocks(report: Report, level: str) -> list[Block]:
    return [*_head(report, level), *_details(report)]


def _head(report: Report, level: str) -> list[Block]:
    heading = f"{level} {_MARKS[report.verdict]} {prose(shortened(verdict_line(report), 500))}"
    blocks = [Block("the verdict", f"{heading}\n\n{_compared(report)}")]
    if report.errors:
        told = "\n".join(_error_line(error) for error in report.errors)
        blocks.append(Block("errors", told))
    if active(report):
        blocks.append(_table(active(report)))
    return blocks


def _compared(report: Report) -> str:
    baseline = state_of(report.baseline) if report.baseline else "nothing to compare with"
    return f"Compared with the baseline: {prose(baseline)}."


def _error_line(error: ReportError) -> str:
    side = f" ({error.side})" if error.side else ""
    hint = f" {prose(shortened(error.hint, _LONGEST_TEXT))}" if error.hint else ""
    message = prose(shortened(one_line(error.message), _LONGEST_TEXT))
    return f"- **could not check**, {error.stage}{side}: {message}{hint}"


def _table(findings: Sequence[Finding]) -> Block:
    lines = [row("", "where", "what happened", "rule"), row(*["---"] * 4)]
    for finding in findings[:_MOST_ROWS]:
        severity = finding.severity.value
        lines.append(
            row(
                f"**{severity}**" if finding.severity is Severity.BREAK else severity,
                _where(finding),
                prose(shortened(one_line(finding.message), _LONGEST_CELL)),
                code(finding.rule),
            )
        )
    text = "\n".join(lines)
    if len(findings) > _MOST_ROWS:
        counted = Counter(finding.severity.value for finding in findings[_MOST_ROWS:])
        more = ", ".join(plural(number, severity) for severity, number in counted.items())
        text += f"\n\nAnd {more} more."
    return Block("the table of findings", text)


def _where(finding: Finding) -> str:
    lines = lines_of(finding)
    if not lines:
        return code(shortened(what(finding), _LONGEST_CELL))
    more = f" and {len(lines) - 1} more" if len(lines) > 1 else ""
    return f"{_line(lines[0])}{more}"


def _line(location: Location) -> str:
    return code(f"{shortened(path_of(location), _LONGEST_CELL)}:{location.line}")


def _details(report: Report) -> Iterator[Block]:
    for severity, alike in groupby(active(report), key=lambda finding: finding.severity):
        for number, finding in enumerate(alike, 1):
            title = f"{severity.value} {number}: {finding.rule}, {what(finding)}"
            shown = shortened(one_line(title), _LONGEST_CELL)
            yield Block(shown, folded(shown, _finding(finding)))
    for error in report.errors:
        if error.detail:
            title = f"The end of the output: {error.stage}"
            yield Block(title, folded(title, fenced(error.detail[-_LONGEST_CODE:], "text")))
    if report.contracts:
        title = f"Contracts ({len(report.contracts)})"
        yield Block(title, folded(title, _contracts(report.contracts)))
    yield from _lists(report)
    if report.reproduce and any(finding.witness for finding in active(report)):
        yield Block("how to reproduce it", folded("To reproduce", _reproduce(report)))


def _finding(finding: Finding) -> str:
    parts = [prose(shortened(one_line(finding.message), _LONGEST_TEXT))]
    facts = [f"- what: {code(shortened(what(finding), _LONGEST_CELL))}"]
    if lines := lines_of(finding):
        shown = ", ".join(_line(location) for location in lines[:20])
        more = f" and {len(lines) - 20} more" if len(lines) > 20 else ""
        facts.append(f"- where: {shown}{more}")
    if finding.directions:
        facts.append(f"- concerns: {', '.join(item.value for item in finding.directions)}")
    if finding.hint:
        facts.append(f"- what to do: {prose(shortened(finding.hint, _LONGEST_TEXT))}")
    facts.append(f"- more: `contract-check explain {finding.rule}`")
    parts.append("\n".join(facts))
    if finding.witness:
        parts.append(_witness(finding.witness))
    return "\n\n".join(parts)


def _witness(witness: Witness) -> str:
    lines = []
    if witness.baseline is not None:
        lines.append(f"- with the baseline: {prose(shortened(witness.baseline, _LONGEST_TEXT))}")
    if witness.candidate is not None:
        lines.append(f"- with the candidate: {prose(shortened(witness.candidate, _LONGEST_TEXT))}")
    proof = "was run and shows it" if witness.confirmed else "was run and did not confirm it"
    if len(witness.code) > _LONGEST_CODE:
        lines += ["", f"The program that {proof} is long: the JSON report holds it."]
    else:
        lines += ["", f"This program {proof}:", "", fenced(witness.code, "python")]
    return "\n".join(lines).strip("\n")


def _contracts(contracts: Sequence[ContractReport]) -> str:
    lines = [row("", "contract", "kind", "checks"), row(*["---"] * 4)]
    for contract in contracts[:200]:
        checks = Counter(check.status for check in contract.checks)
        told = ", ".join(f"{number} {status}" for status, number in checks.items())
        lines.append(row(_PASSED[contract.status], code(contract.name), contract.kind, told))
    if len(contracts) > 200:
        lines.append(row("", f"and {len(contracts) - 200} more", "", ""))
    return "\n".join(lines)


def _lists(report: Report) -> Iterator[Block]:
    suppressed = [
        Unchecked(subject=f"{item.rule} at {what(item)}", reason=item.suppressed.reason)
        for item in report.findings
        if item.suppressed
    ]
    for title, entries in (
        ("Suppressed", suppressed),
        ("Failing with the baseline too, so no break", report.preexisting),
        ("Not checked", report.unchecked),
    ):
        if entries:
            shown = f"{title} ({len(entries)})"
            yield Block(shown, folded(shown, _listed(entries)))


def _listed(entries: Sequence[Unchecked]) -> str:
    lines = [
        f"- {code(shortened(entry.subject, _LONGEST_CELL))}: "
        f"{prose(shortened(one_line(entry.reason), _LONGEST_CELL))}"
        for entry in entries[:100]
    ]
    lines += [f"- and {len(entries) - 100} more"] if len(entries) > 100 else []
    return "\n".join(lines)


def _reproduce(report: Report) -> str:
    lines = ["Save a program from above as `witness.py`."]
    for side, commands in sorted(report.reproduce.items()):
        run = (*commands, f"env-{side}/bin/python -I witness.py")
        lines += [f"With the {side}:", fenced("\n".join(run), "sh")]
    return "\n\n".join(lines)


def _fitting(blocks: Sequence[Block]) -> str:
    """As many whole blocks as there is room for, and a line that says what is missing."""
    kept: list[str] = []
    left: list[str] = []
    room = MOST_CHARACTERS - _RESERVE
    for block in blocks:
        size = len(block.text) + 2
        if size <= room:
            kept.append(block.text)
            room -= size
        else:
            left.append(block.title)
    if left:
        first = prose(shortened(left[0], 100))
        kept.append(
            f"Left out, to stay below {MOST_CHARACTERS:,} characters: {plural(len(left), 'part')}, "
            f"from {first} on. The JSON and HTML reports hold all of it."
        )
    return "\n\n".join(kept) + "\n"


FORMAT = Markdown()
