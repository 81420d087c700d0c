"""The report as JUnit XML, as pipelines show test results.

One suite for each consumer, one case for each contract and check of it. A break is a failure, what
could not be checked is an error, and a warning is text in the suite's output. Valid against the
schemas of Ant and of Jenkins, which is why each case has one result at most and no output.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, ClassVar

from contract_check.model.report import (
    Check,
    ContractReport,
    Finding,
    Report,
    ReportError,
    Reports,
    Severity,
    Verdict,
)
from contract_check.reports.interface import RenderOptions
from contract_check.reports.places import each, lines_of, path_of, what
from contract_check.reports.summary import active, state_of, verdict_line
from contract_check.reports.text import one_line, printable

if TYPE_CHECKING:
    from junitparser import TestCase, TestSuite

_LONGEST_NAME = 200


class Junit:
    """A suite a consumer, a case a contract and check."""

    name: ClassVar[str] = "junit"
    summary: ClassVar[str] = "JUnit XML: test results for a pipeline"

    def render(self, report: Report, options: RenderOptions) -> str:
        """The XML document."""
        return _document(report)

    def render_all(self, reports: Reports, options: RenderOptions) -> str:
        """One document with a suite for each consumer."""
        return _document(reports)


def _document(told: Report | Reports) -> str:
    from junitparser import JUnitXml

    document = JUnitXml()
    for number, report in enumerate(each(told)):
        document.add_testsuite(_suite(number, report))
    text: str = document.tostring().decode("utf-8")  # type: ignore[no-untyped-call]
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text.rstrip()}\n'


def _suite(number: int, report: Report) -> TestSuite:
    from junitparser import Attr, SystemErr, SystemOut, TestSuite

    class Suite(TestSuite):
        """With the attributes that Ant's schema asks for besides."""

        id = Attr()
        package = Attr()

    suite = Suite(_name(report.consumer.name))
    suite.id = str(number)
    suite.package = suite.name
    suite.hostname = "localhost"
    if report.timings.started:
        suite.timestamp = report.timings.started
    for name, value in _properties(report):
        suite.add_property(name, one_line(value))
    suite.add_testcases(list(_cases(report)))
    suite.time = round(report.timings.total, 3)
    suite.append(SystemOut("\n\n".join(_output(report))))  # type: ignore[no-untyped-call]
    suite.append(SystemErr())  # type: ignore[no-untyped-call]
    return suite


def _properties(report: Report) -> Iterator[tuple[str, str]]:
    yield "provider", state_of(report.provider)
    yield "consumer", state_of(report.consumer)
    yield "baseline", state_of(report.baseline) if report.baseline else "none"
    yield "verdict", report.verdict.value


def _cases(report: Report) -> Iterator[TestCase]:
    """The cases of every contract, then breaks that no check fails by, then the errors."""
    breaks = [item for item in active(report) if item.severity is Severity.BREAK]
    told: set[str] = set()
    for contract in report.contracts:
        checks = list(_checks(report, contract, breaks))
        told |= {finding.id for _, found in checks for finding in found}
        for check, found in checks:
            yield _case(report, contract, check, found)
    for finding in breaks:
        if finding.id not in told:
            case = _named(finding.contract or "findings", f"{finding.rule} {what(finding)}")
            yield _failed(case, [finding])
    for number, error in enumerate(report.errors, 1):
        yield _errored(_named("contract-check", f"{number}. {error.stage}"), error)
    if report.verdict is Verdict.BREAK and not breaks:
        yield _failed_by_policy(report)


def _checks(
    report: Report, contract: ContractReport, breaks: Iterable[Finding]
) -> Iterator[tuple[Check, list[Finding]]]:
    """Each check with the breaks it fails by; one for breaks of the contract that none names."""
    own = list(breaks)
    named: set[str] = set()
    for check in contract.checks:
        found = [finding for finding in own if finding.id in check.findings]
        named |= {finding.id for finding in found}
        yield check, found
    rest = [item for item in own if item.contract == contract.name and item.id not in named]
    if rest:
        yield Check(name="findings", status="failed"), rest


def _case(report: Report, contract: ContractReport, check: Check, found: list[Finding]) -> TestCase:
    from junitparser import Error, Failure, Skipped

    case = _named(contract.name, check.name)
    if found:
        return _failed(case, found)
    detail = one_line(check.detail)
    if check.status == "failed" and check.preexisting:
        case.result = [Skipped(f"fails with the baseline too: {detail}")]
    elif check.status == "failed":
        case.result = [Failure(detail or "failed", type_="break")]
    elif check.status == "skipped" and _lost(report, contract):
        case.result = [Error(detail or "could not be checked", type_="unchecked")]
    elif check.status == "skipped":
        case.result = [Skipped(detail or "not checked")]
    return case


def _lost(report: Report, contract: ContractReport) -> bool:
    """Whether a check that did not happen is an error: the contract was declared, or no answer
    came at all."""
    return report.verdict is Verdict.ERROR or (contract.declared and contract.status == "unchecked")


def _failed(case: TestCase, found: list[Finding]) -> TestCase:
    from junitparser import Failure

    first = one_line(found[0].message)
    more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
    failure = Failure(f"{first}{more}", type_=found[0].rule)
    failure.text = "\n\n".join(_told(finding) for finding in found)
    case.result = [failure]
    return case


def _failed_by_policy(report: Report) -> TestCase:
    """`fail-on` made warnings count: then something has to fail here too."""
    from junitparser import Failure

    case = _named("contract-check", "policy")
    case.result = [Failure(verdict_line(report), type_="fail-on")]
    return case


def _errored(case: TestCase, error: ReportError) -> TestCase:
    from junitparser import Error

    result = Error(one_line(error.message), type_=error.stage)
    result.text = "\n".join(filter(None, (printable(error.hint), printable(error.detail))))
    case.result = [result]
    return case


def _named(group: str, name: str) -> TestCase:
    from junitparser import TestCase

    return TestCase(_name(name), classname=_name(group), time=0.0)


def _name(text: str) -> str:
    """A name that an XML token can be and a table can show."""
    name = re.sub(r"\s+", " ", one_line(text)).strip() or "unnamed"
    return name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1]}…"


def _told(finding: Finding) -> str:
    """A finding as a person needs it beside a failed test."""
    lines = [
        f"{finding.severity.value}: {finding.rule}: {one_line(finding.message)}",
        f"what: {one_line(what(finding))}",
    ]
    lines += [f"where: {one_line(path_of(at))}:{at.line}" for at in lines_of(finding)]
    if finding.hint:
        lines.append(f"what to do: {one_line(finding.hint)}")
    witness = finding.witness
    if witness is not None:
        if witness.baseline is not None:
            lines.append(f"with the baseline: {one_line(witness.baseline)}")
        if witness.candidate is not None:
            lines.append(f"with the candidate: {one_line(witness.candidate)}")
        lines += ["witness:", printable(witness.code).rstrip()]
    return "\n".join(lines)


def _output(report: Report) -> Iterator[str]:
    """The verdict, and what is no failure: warnings, notes, what is suppressed or unchecked."""
    yield verdict_line(report)
    for finding in active(report):
        if finding.severity is not Severity.BREAK:
            yield _told(finding)
    for finding in report.findings:
        if finding.suppressed:
            reason = one_line(finding.suppressed.reason)
            yield f"suppressed: {finding.rule} at {one_line(what(finding))}: {reason}"
    for entry in report.unchecked:
        yield f"not checked: {one_line(entry.subject)}: {one_line(entry.reason)}"


FORMAT = Junit()
