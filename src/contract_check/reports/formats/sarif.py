"""The report as SARIF 2.1.0, as code scanning and editors read it.

One run for each consumer, so that services that compare runs keep them apart. Paths are relative
to the top of the consumer's repository (`%SRCROOT%`).
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import ClassVar
from urllib.parse import quote

from pydantic import JsonValue

from contract_check.model.report import (
    Finding,
    Location,
    Report,
    ReportError,
    Reports,
    Severity,
    Verdict,
)
from contract_check.reports.interface import RenderOptions
from contract_check.reports.places import each, lines_of, path_of, place_of
from contract_check.reports.summary import verdict_line
from contract_check.reports.text import one_line, printable

_SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
_LEVELS = {Severity.BREAK: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
_TOP = "%SRCROOT%"
_MOST_RELATED = 50

Node = dict[str, JsonValue]


class Sarif:
    """A run a consumer, a result a finding, with the rule's whole documentation as its help."""

    name: ClassVar[str] = "sarif"
    summary: ClassVar[str] = "SARIF 2.1.0: for code scanning and editors"

    def render(self, report: Report, options: RenderOptions) -> str:
        """The JSON document."""
        return _document(report)

    def render_all(self, reports: Reports, options: RenderOptions) -> str:
        """One document with a run for each consumer."""
        return _document(reports)


def _document(told: Report | Reports) -> str:
    runs: list[JsonValue] = [_run(report) for report in each(told)]
    document = {"$schema": _SCHEMA, "version": "2.1.0", "runs": runs}
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _run(report: Report) -> Node:
    rules = list(dict.fromkeys(finding.rule for finding in report.findings))
    driver: Node = {"name": report.tool.name, "version": report.tool.version}
    driver["rules"] = [_rule(identifier) for identifier in rules]
    results: list[JsonValue] = [
        _result(report, finding, rules.index(finding.rule)) for finding in report.findings
    ]
    # What code scanning tells apart two consumers of one repository by.
    identity = f"contract-check/{one_line(report.consumer.name)}/"
    return {
        "tool": {"driver": driver},
        "automationDetails": {"id": identity},
        "invocations": [_invocation(report)],
        "originalUriBaseIds": {
            _TOP: {"description": {"text": "The top of the consumer's repository."}}
        },
        "columnKind": "unicodeCodePoints",
        "results": results,
    }


def _rule(identifier: str) -> Node:
    """A rule with its documentation; remarks about the policy are no rules and have none."""
    from contract_check.rules import rule

    found = rule(identifier)
    told: Node = {"id": identifier}
    if found is None:
        told["shortDescription"] = {"text": "A remark about the project's own policy"}
        told["help"] = {"text": f"Run: contract-check explain {identifier}"}
        return told
    told["shortDescription"] = {"text": found.summary}
    told["fullDescription"] = {"text": _first_paragraph(found.doc) or found.summary}
    told["help"] = {"text": found.doc.strip(), "markdown": found.doc.strip()}
    told["defaultConfiguration"] = {"level": _LEVELS[found.severity or Severity.BREAK]}
    tags: list[JsonValue] = ["compatibility", found.family]
    told["properties"] = {
        "tags": tags,
        "directions": [direction.value for direction in found.directions],
        "precision": "very-high",
    }
    return told


def _first_paragraph(doc: str) -> str:
    """The first one that is no heading."""
    paragraphs = (" ".join(part.split()) for part in doc.strip().split("\n\n"))
    return next((part for part in paragraphs if part and not part.startswith("#")), "")


def _result(report: Report, finding: Finding, index: int) -> Node:
    path, line = place_of(report, finding)
    about = _physical(path, line)
    about["logicalLocations"] = [_logical(finding.subject, finding.path)]
    result: Node = {
        "ruleId": finding.rule,
        "ruleIndex": index,
        "level": _LEVELS[finding.severity],
        "message": {"text": _message(finding)},
        "locations": [about],
        "partialFingerprints": {"contractCheckFinding/v1": finding.id},
        "properties": _properties(finding),
    }
    if related := _related(finding):
        result["relatedLocations"] = related
    if finding.suppressed is not None:
        reason = one_line(finding.suppressed.reason)
        until = f" (until {finding.suppressed.expires})" if finding.suppressed.expires else ""
        result["suppressions"] = [
            {"kind": "external", "status": "accepted", "justification": f"{reason}{until}"}
        ]
    return result


def _message(finding: Finding) -> str:
    """What happened and what to do, with nothing in it that a viewer takes for a link."""
    text = one_line(finding.message)
    if finding.hint:
        text += f" What to do: {one_line(finding.hint)}"
    return text.replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]")


def _properties(finding: Finding) -> Node:
    told: Node = {
        "subject": printable(finding.subject),
        "directions": [direction.value for direction in finding.directions],
        "evidence": finding.evidence,
    }
    if finding.contract:
        told["contract"] = finding.contract
    if finding.witness is not None:
        told["witness"] = {
            "code": printable(finding.witness.code),
            "baseline": finding.witness.baseline and printable(finding.witness.baseline),
            "candidate": finding.witness.candidate and printable(finding.witness.candidate),
            "confirmed": finding.witness.confirmed,
        }
    return told


def _related(finding: Finding) -> list[JsonValue]:
    """The consumer's other lines, then the provider's side of every place it is about."""
    lines: Iterable[Location] = lines_of(finding)[1:_MOST_RELATED]
    related = [_physical(path_of(location), location.line) for location in lines]
    spots = dict.fromkeys(
        [(finding.subject, finding.path), *((spot.subject, spot.path) for spot in finding.also)]
    )
    for subject, path in list(spots)[:_MOST_RELATED]:
        text = f"in the provider: {one_line(f'{subject}, at {path}' if path else subject)}"
        related.append({"logicalLocations": [_logical(subject, path)], "message": {"text": text}})
    return [{"id": number, **location} for number, location in enumerate(related, 1)]


def _physical(path: str, line: int) -> Node:
    return {
        "physicalLocation": {
            "artifactLocation": {"uri": quote(printable(path)), "uriBaseId": _TOP},
            "region": {"startLine": max(line, 1)},
        }
    }


def _logical(subject: str, path: str | None) -> Node:
    name = printable(f"{subject}.{path}" if path else subject).replace(":", ".", 1)
    return {"fullyQualifiedName": name, "kind": "member" if path else "object"}


def _invocation(report: Report) -> Node:
    told: Node = {
        "executionSuccessful": report.verdict is not Verdict.ERROR and not report.errors,
        "exitCode": report.exit_code,
        "exitCodeDescription": verdict_line(report),
    }
    if report.timings.started:
        told["startTimeUtc"] = f"{report.timings.started}Z"
    if report.errors:
        told["toolExecutionNotifications"] = [_notification(error) for error in report.errors]
    return told


def _notification(error: ReportError) -> Node:
    parts = (error.message, error.hint, error.detail)
    text = "\n".join(printable(part) for part in parts if part)
    return {"level": "error", "descriptor": {"id": error.stage}, "message": {"text": text}}


FORMAT = Sarif()
