"""The report as GitLab reads code quality: a list of issues, each at a line of the consumer's."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import ClassVar

from pydantic import JsonValue

from contract_check.model.report import Finding, Report, ReportError, Reports, Severity
from contract_check.reports.interface import RenderOptions
from contract_check.reports.places import each, manifest_of, place_of
from contract_check.reports.summary import active
from contract_check.reports.text import one_line, printable, shortened

_SEVERITIES = {Severity.BREAK: "critical", Severity.WARNING: "minor", Severity.INFO: "info"}
_LONGEST = 1000

Node = dict[str, JsonValue]


class Gitlab:
    """An issue a finding; a check that could not be carried out is a blocking one."""

    name: ClassVar[str] = "gitlab"
    summary: ClassVar[str] = "GitLab's code quality report"

    def render(self, report: Report, options: RenderOptions) -> str:
        """The JSON list."""
        return _document(report)

    def render_all(self, reports: Reports, options: RenderOptions) -> str:
        """One list with the issues of every consumer."""
        return _document(reports)


def _document(told: Report | Reports) -> str:
    issues: dict[str, Node] = {}
    for report in each(told):
        for issue in _issues(report):
            issues.setdefault(str(issue["fingerprint"]), issue)
    return json.dumps(list(issues.values()), indent=2, ensure_ascii=False) + "\n"


def _issues(report: Report) -> Iterator[Node]:
    for finding in active(report):
        yield _issue(report, finding)
    for error in report.errors:
        yield _blocker(report, error)


def _issue(report: Report, finding: Finding) -> Node:
    path, line = place_of(report, finding)
    hint = f" {one_line(finding.hint)}" if finding.hint else ""
    return {
        "description": shortened(f"{one_line(finding.message)}{hint}", _LONGEST),
        "check_name": finding.rule,
        "fingerprint": _fingerprint(report.consumer.name, finding.id),
        "severity": _SEVERITIES[finding.severity],
        "location": {"path": printable(path), "lines": {"begin": line}},
    }


def _blocker(report: Report, error: ReportError) -> Node:
    """A check that did not happen: an empty list would look as if all were well."""
    hint = f" {one_line(error.hint)}" if error.hint else ""
    message = f"could not be checked: {one_line(error.message)}{hint}"
    return {
        "description": shortened(message, _LONGEST),
        "check_name": "could-not-check",
        "fingerprint": _fingerprint(report.consumer.name, error.stage, error.side or "", message),
        "severity": "blocker",
        "location": {"path": printable(manifest_of(report)), "lines": {"begin": 1}},
    }


def _fingerprint(*parts: str) -> str:
    text = "\0".join(parts)
    return hashlib.sha256(text.encode("utf-8", "backslashreplace")).hexdigest()[:32]


FORMAT = Gitlab()
