"""The report as annotations: GitHub Actions shows them at the consumer's lines.

Written as workflow commands, which the runner reads from the step's output. The job summary is the
Markdown report; who writes this format writes that one to `GITHUB_STEP_SUMMARY`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from contract_check.model.report import Finding, Report, ReportError, Reports, Severity
from contract_check.reports.interface import RenderOptions
from contract_check.reports.places import each, place_of, what
from contract_check.reports.summary import active, plural
from contract_check.reports.text import one_line, shortened

_KINDS = {Severity.BREAK: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}
_MOST = 10
"""GitHub shows ten annotations of a kind for one step and drops the others silently."""
_LONGEST = 4_000


class Github:
    """An annotation a finding, at most ten a kind; the tenth says how many there are more."""

    name: ClassVar[str] = "github"
    summary: ClassVar[str] = "annotations and the job summary, in GitHub Actions"

    def render(self, report: Report, options: RenderOptions) -> str:
        """The commands, one a line."""
        return _commands(report)

    def render_all(self, reports: Reports, options: RenderOptions) -> str:
        """The commands for every consumer; ten a kind among them all."""
        return _commands(reports)


def _commands(told: Report | Reports) -> str:
    kinds: dict[str, list[str]] = {"error": [], "warning": [], "notice": []}
    for report in each(told):
        for kind, command in _annotations(report):
            kinds[kind].append(command)
    lines = [line for kind, commands in kinds.items() for line in _most(kind, commands)]
    return "".join(f"{line}\n" for line in lines) or "\n"


def _most(kind: str, commands: list[str]) -> list[str]:
    if len(commands) <= _MOST:
        return commands
    more = plural(len(commands) - _MOST + 1, "more finding")
    note = f"{more} of this kind: see the job summary."
    return [*commands[: _MOST - 1], command(kind, note, title="contract-check")]


def _annotations(report: Report) -> Iterator[tuple[str, str]]:
    for error in report.errors:
        yield "error", _error(error)
    for finding in active(report):
        yield _KINDS[finding.severity], _finding(report, finding)


def _error(error: ReportError) -> str:
    text = "\n".join(one_line(part) for part in (error.message, error.hint) if part)
    return command("error", text, title="contract-check: could not check")


def _finding(report: Report, finding: Finding) -> str:
    path, line = place_of(report, finding)
    lines = [one_line(finding.message), f"What: {one_line(what(finding))}"]
    if finding.hint:
        lines.append(f"What to do: {one_line(finding.hint)}")
    lines.append(f"More: contract-check explain {finding.rule}")
    title = f"{finding.severity.value}: {finding.rule}"
    return command(
        _KINDS[finding.severity], "\n".join(lines), file=path, line=str(line), title=title
    )


def command(kind: str, message: str, **properties: str) -> str:
    """A workflow command: percent-encoded so that its text can end neither it nor a property.

    As the runner's own library does it (actions/toolkit, `@actions/core`).
    """
    told = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::{kind} {told}::{_data(shortened(message, _LONGEST))}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(one_line(text)).replace(":", "%3A").replace(",", "%2C")


FORMAT = Github()
