"""The report for a person at a terminal or in a log: ASCII rules, 80 columns, colour optional."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import ClassVar

from contract_check.model.report import (
    Check,
    ContractReport,
    Direction,
    EnvironmentReport,
    Finding,
    PackageReport,
    Report,
    ReportError,
    Reports,
    Severity,
    TestsReport,
    Unchecked,
    Verdict,
    Witness,
)
from contract_check.reports.interface import RenderOptions
from contract_check.reports.page import Page
from contract_check.reports.summary import (
    active,
    break_count,
    first_line,
    places,
    plural,
    state_of,
    verdict_line,
)

_AS_BEFORE = "as before"
_WORDS = {
    "passed": "passed",
    "failed": "FAILED",
    "unchecked": "unchecked",
    "skipped": "skipped",
    _AS_BEFORE: "as before",
}
_STYLES = {
    "passed": "green",
    "failed": "bold red",
    "unchecked": "yellow",
    "skipped": "yellow",
    _AS_BEFORE: "yellow",
}
_MARKS = {"passed": "✓ ", "failed": "✗ ", "unchecked": "- ", _AS_BEFORE: "- "}
_MOST_NAMES = 6
_SECTIONS = {
    Severity.BREAK: ("Breaks", "bold red"),
    Severity.WARNING: ("Warnings", "bold yellow"),
    Severity.INFO: ("Notes", "bold blue"),
}
_DIRECTIONS = {
    Direction.SOURCE: "source (the consumer's own code)",
    Direction.READS_OLD: "reads-old (reading what was written before)",
    Direction.READ_BY_OLD: "read-by-old (peers that have not upgraded)",
}
_VERDICTS = {
    Verdict.COMPATIBLE: "bold green",
    Verdict.BREAK: "bold red",
    Verdict.ERROR: "bold yellow",
}


class Terminal:
    """Everything a person needs to judge and to act, the verdict last."""

    name: ClassVar[str] = "terminal"
    summary: ClassVar[str] = "for people, at a terminal or in a log"

    def render(self, report: Report, options: RenderOptions) -> str:
        """The page; its last line is the verdict."""
        page = Page(options.width)
        _header(page, report, options)
        _findings(page, report, options)
        _reproduce(page, report)
        _errors(page, report.errors)
        _contracts(page, report, options)
        _suppressed(page, report.findings)
        _listed(page, "Failing with the baseline too, so no break", report.preexisting, options)
        _listed(page, "Not checked", report.unchecked, options)
        _coverage(page, report)
        _tests(page, report.tests)
        page.blank()
        # Not wrapped: the last line of a log is the whole answer.
        page.row((verdict_line(report), _VERDICTS[report.verdict]), indent=0)
        return page.text(color=options.color)

    def render_all(self, reports: Reports, options: RenderOptions) -> str:
        """A table of the consumers, then the page of each; the last line is the verdict of all."""
        page = Page(options.width)
        page.heading(f"{reports.tool.name} {reports.tool.version}")
        page.paragraph(state_of(reports.provider), indent=2, label="provider")
        _table(page, reports)
        pages = [page.text(color=options.color)]
        pages += [self.render(report, options) for report in reports.reports]
        end = Page(options.width)
        end.row((verdict_line(reports), _VERDICTS[reports.verdict]), indent=0)
        return "\n".join((*pages, end.text(color=options.color)))


def _table(page: Page, reports: Reports) -> None:
    page.heading(f"Consumers ({len(reports.reports)})")
    names = [state_of(report.consumer) for report in reports.reports]
    width = max(map(len, names))
    for name, report in zip(names, reports.reports, strict=True):
        breaks = break_count(report)
        page.row(
            (f"{report.verdict.value:<10}", _VERDICTS[report.verdict]),
            (f"  {name:<{width}}", "bold"),
            (f"  {plural(breaks, 'break')}" if breaks else "", ""),
        )
        if line := first_line(report):
            page.paragraph(line, indent=14)


def _header(page: Page, report: Report, options: RenderOptions) -> None:
    page.heading(f"{report.tool.name} {report.tool.version}")
    _package(page, "provider", report.provider)
    _package(page, "consumer", report.consumer)
    if report.baseline is None and report.contracts:
        page.paragraph("none: only what one environment shows", indent=2, label="baseline")
    elif report.baseline is not None:
        _package(page, "baseline", report.baseline)
    environments = report.environments
    _environment(page, "candidate in", environments.candidate, options)
    _environment(page, "baseline in", environments.baseline, options)
    for difference in environments.differences:
        page.paragraph(difference, indent=2, label="differs")
    for note in report.notes:
        page.paragraph(note, indent=2, label="note")


def _package(page: Page, label: str, package: PackageReport) -> None:
    facts = []
    if package.requested is not None:
        facts.append(f"asked for: {package.requested}")
    if package.pin is not None and package.pin.kind in ("version", "git") and package.pin.source:
        facts.append(f"from {package.pin.source}")
    if package.pin is None:
        facts.append("not resolved")
    told = f" ({', '.join(facts)})" if facts else ""
    page.paragraph(f"{_resolved(package)}{told}", indent=2, label=label)
    for note in package.pin.notes if package.pin else ():
        page.paragraph(note, indent=2, label=" note")


def _resolved(package: PackageReport) -> str:
    return state_of(package) if package.pin else package.name


def _environment(
    page: Page, label: str, environment: EnvironmentReport | None, options: RenderOptions
) -> None:
    if environment is None:
        return
    packages = environment.packages
    facts = [f"Python {environment.python}"]
    facts += [f"{name} {packages[name]}" for name in ("pydantic",) if name in packages]
    facts += [plural(len(packages), "package"), environment.platform]
    page.paragraph(", ".join(facts), indent=2, label=label)
    if environment.path:
        page.paragraph(f"kept in {environment.path}", indent=2, label=" ")
    if options.verbose:
        listed = ", ".join(f"{name} {version}" for name, version in sorted(packages.items()))
        page.paragraph(listed, indent=2, label=" ", style="dim")


def _contracts(page: Page, report: Report, options: RenderOptions) -> None:
    contracts = report.contracts
    if not contracts:
        return
    page.heading(f"Contracts ({len(contracts)})")
    numbered = _numbered(report)
    told = [item for item in contracts if options.verbose or item.status != "passed"]
    width = max((len(contract.name) for contract in told), default=0)
    for contract in told:
        status = _status(contract)
        mark = _MARKS[status] if options.symbols else ""
        payloads = plural(contract.payloads, "payload") if contract.payloads else ""
        origin = "" if contract.declared else "found in the consumer's code"
        page.row(
            (f"{mark}{_WORDS[status]:<9}", _STYLES[status]),
            (f"  {contract.name:<{width}}", "bold"),
            (f"  {', '.join(filter(None, (contract.kind, payloads, origin)))}", ""),
        )
        _checks(page, contract.checks, options)
        _found(page, contract, numbered)
    if quiet := len(contracts) - len(told):
        mark = _MARKS["passed"] if options.symbols else ""
        page.row(
            (f"{mark}{plural(quiet, 'contract')} passed", _STYLES["passed"]),
            (", --verbose lists them", "dim"),
        )


def _status(contract: ContractReport) -> str:
    """The contract's status; `as before` where all that fails does so with the baseline too."""
    failed = [check for check in contract.checks if check.status == "failed"]
    as_before = failed and all(check.preexisting for check in failed)
    return _AS_BEFORE if contract.status == "failed" and as_before else contract.status


def _numbered(report: Report) -> dict[str, tuple[str, Finding]]:
    """Id to what a finding is called on this page (`break 2`), and the finding."""
    found: dict[str, tuple[str, Finding]] = {}
    for severity in _SECTIONS:
        alike = [finding for finding in active(report) if finding.severity is severity]
        for number, finding in enumerate(alike, 1):
            found[finding.id] = (f"{severity.value} {number}", finding)
    return found


def _found(
    page: Page, contract: ContractReport, numbered: Mapping[str, tuple[str, Finding]]
) -> None:
    """Every finding that belongs to a contract, in one line, by number and rule."""
    ids = {identifier for check in contract.checks for identifier in check.findings}
    told = [
        f"{number} {finding.rule}" + (f" ({finding.path})" if finding.path else "")
        for identifier, (number, finding) in numbered.items()
        if identifier in ids or finding.contract == contract.name
    ]
    if told:
        page.paragraph(f"see {', '.join(told)}", indent=6)


def _checks(page: Page, checks: tuple[Check, ...], options: RenderOptions) -> None:
    """Passed checks in one line, by name; the others one by one with their reasons."""
    passed = [check for check in checks if check.status == "passed"]
    if options.verbose:
        told, quiet = checks, []
    else:
        told, quiet = tuple(check for check in checks if check.status != "passed"), passed
    if quiet:
        page.paragraph(", ".join(check.name for check in quiet), indent=6, style="dim")
    said = ""
    for (status, detail, _), alike in groupby(told, key=_outcome_of):
        names = ", ".join(check.name for check in alike)
        reason = f": {detail}" if detail and detail != said else " (the same)" if detail else ""
        page.paragraph(f"{_WORDS[status]} {names}{reason}", indent=6, style=_STYLES[status])
        said = detail


def _outcome_of(check: Check) -> tuple[str, str, str]:
    """What checks in a row are told in one line by; those that passed are told one by one."""
    status = _AS_BEFORE if check.preexisting else check.status
    return status, check.detail, check.name if status == "passed" else ""


def _findings(page: Page, report: Report, options: RenderOptions) -> None:
    for severity, (title, style) in _SECTIONS.items():
        found = [finding for finding in active(report) if finding.severity is severity]
        told = found if options.verbose else [item for item in found if not _is_risk(item)]
        if told:
            page.heading(f"{title} ({len(told)})", style)
        for number, finding in enumerate(told, 1):
            if number > 1:
                page.blank()
            _finding(page, number, finding, style)
        if len(told) < len(found):
            _risks(page, [item for item in found if _is_risk(item)])


def _is_risk(finding: Finding) -> bool:
    """Whether it is about payloads, and nothing shows that the consumer meets it."""
    about_payloads = {Direction.READS_OLD, Direction.READ_BY_OLD} & {*finding.directions}
    unmet = finding.evidence == "none" and finding.severity is not Severity.BREAK
    return unmet and bool(about_payloads)


def _risks(page: Page, findings: Sequence[Finding]) -> None:
    """One line a model."""
    page.heading(f"Risks: nothing shows that the consumer meets them ({len(findings)})", "bold")
    counts = Counter(finding.subject for finding in findings)
    for subject, count in counts.items():
        name = subject.rpartition(":")[2] or subject
        ways = "one way" if count == 1 else f"{count} ways"
        them = "it" if count == 1 else "them"
        page.paragraph(f"{name}: {ways} in which payloads differ, -v shows {them}", indent=2)


def _finding(page: Page, number: int, finding: Finding, style: str) -> None:
    contract = f"  in contract {finding.contract}" if finding.contract else ""
    page.row(
        (f"{number}. ", ""),
        (f"{finding.severity.value}: ", style),
        (finding.rule, "bold"),
        (contract, ""),
    )
    page.paragraph(finding.message)
    path = f", at {finding.path}" if finding.path else ""
    page.paragraph(f"{finding.subject}{path}", label="what")
    if finding.locations or finding.location:
        page.paragraph(places(finding), label="where")
    if finding.directions:
        told = ", ".join(_DIRECTIONS[direction] for direction in finding.directions)
        page.paragraph(told, label="breaks" if finding.severity is Severity.BREAK else "concerns")
    if finding.tests:
        page.paragraph(_few(finding.tests), label="tests")
    if finding.witness:
        _witness(page, finding.witness)
    if finding.hint:
        page.paragraph(finding.hint, label="what to do")
    page.paragraph(f"contract-check explain {finding.rule}", label="more")


def _witness(page: Page, witness: Witness) -> None:
    if witness.baseline is not None:
        page.paragraph(witness.baseline, label="baseline")
    if witness.candidate is not None:
        page.paragraph(witness.candidate, label="candidate")
    proof = "was run, and shows it" if witness.confirmed else "was NOT confirmed by running it"
    page.paragraph(f"this program {proof}:", label="witness")
    # At the margin, so that it can be copied from here as it stands.
    page.block(witness.code, indent=0)


def _reproduce(page: Page, report: Report) -> None:
    """The commands stand here once: they are the same for every witness."""
    shown = [finding for finding in active(report) if not _is_risk(finding)]
    if not report.reproduce or not any(finding.witness for finding in shown):
        return
    page.heading("To reproduce")
    page.paragraph("Save a witness as witness.py, make an environment, and run it there:", indent=2)
    for side, commands in _sides(report.reproduce):
        page.paragraph(f"with the {side}:", indent=2)
        page.block("\n".join((*commands, f"env-{side}/bin/python -I witness.py")), indent=6)


def _sides(reproduce: Mapping[str, tuple[str, ...]]) -> Iterable[tuple[str, tuple[str, ...]]]:
    """Baseline first: it passes there and then fails."""
    return sorted(reproduce.items())


def _errors(page: Page, errors: tuple[ReportError, ...]) -> None:
    if not errors:
        return
    page.heading(f"Errors: what could not be checked ({len(errors)})", "bold yellow")
    for number, error in enumerate(errors, 1):
        if number > 1:
            page.blank()
        side = f", {error.side}" if error.side else ""
        page.row((f"{number}. ", ""), (f"error: {error.stage}{side}", "bold yellow"))
        page.paragraph(error.message)
        if error.hint:
            page.paragraph(error.hint, label="what to do")
        if error.detail:
            page.paragraph("the end of its output:", label="said")
            page.block(error.detail, indent=8)


def _suppressed(page: Page, findings: tuple[Finding, ...]) -> None:
    found = [(finding, finding.suppressed) for finding in findings if finding.suppressed]
    if not found:
        return
    page.heading(f"Suppressed ({len(found)})")
    for finding, by in found:
        until = f", until {by.expires}" if by.expires else ""
        path = f".{finding.path}" if finding.path else ""
        page.paragraph(f"{finding.rule} at {finding.subject}{path}: {by.reason}{until}", indent=2)


def _listed(page: Page, title: str, entries: tuple[Unchecked, ...], options: RenderOptions) -> None:
    """Entries in a row that have the same reason, in one line; all their names where asked for."""
    if not entries:
        return
    page.heading(f"{title} ({len(entries)})")
    for reason, alike in groupby(entries, key=lambda entry: entry.reason):
        names = [entry.subject for entry in alike]
        more = 0 if options.verbose else len(names[_MOST_NAMES:])
        told = ", ".join(names[:_MOST_NAMES] if more else names)
        told += f" and {more} more (--verbose names them)" if more else ""
        page.paragraph(f"{told}: {reason}", indent=2)


def _coverage(page: Page, report: Report) -> None:
    coverage = report.coverage
    if not coverage.contracts:
        return
    page.heading("Exercised")
    parts = [
        f"{coverage.exercised} of {plural(coverage.contracts, 'contract')}",
        f"{coverage.fields.exercised} of {plural(coverage.fields.seen, 'field')}",
        plural(coverage.payloads, "payload"),
        plural(coverage.call_sites, "call site"),
    ]
    page.paragraph(", ".join(parts), indent=2)
    if coverage.unchanged:
        page.paragraph(
            f"unchanged: {coverage.unchanged} of {plural(coverage.models, 'model')}, which are the "
            "same on both sides, code included",
            indent=2,
        )
    if coverage.left_out:
        page.paragraph(
            f"left out: {plural(coverage.left_out, 'payload')}, by the limit of a run", indent=2
        )


def _few(names: tuple[str, ...]) -> str:
    more = len(names) - _MOST_NAMES
    return ", ".join(names[:_MOST_NAMES]) + (f" and {more} more" if more > 0 else "")


def _tests(page: Page, tests: TestsReport | None) -> None:
    """How the consumer's tests ended, side by side."""
    if tests is None:
        return
    page.heading(f"The consumer's tests ({plural(tests.new_failures, 'new failure')})")
    for label, counts in (("baseline", tests.baseline), ("candidate", tests.candidate)):
        if counts is not None:
            told = f"{counts.passed} passed, {counts.failed} failed, {counts.skipped} skipped"
            told += f", {plural(counts.errors, 'error')}" if counts.errors else ""
            page.paragraph(told, indent=2, label=label)
    if tests.flaky:
        page.paragraph(_few(tests.flaky), indent=2, label="flaky")


FORMAT = Terminal()
